"""data."""

from dashboard.language import _
from dashboard.show import Page

page = Page("data")
page.title(_("data"), _("..."))
page.close()
