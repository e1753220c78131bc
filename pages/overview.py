"""overview."""

from dashboard.language import _
from dashboard.show import Page

page = Page("overview")
page.title(_("overview"), _("..."))
page.close()
