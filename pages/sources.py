"""sources."""

from dashboard.language import _
from dashboard.show import Page

page = Page("sources")
page.title(_("sources"), _("..."))
page.close()
