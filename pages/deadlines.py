"""deadlines."""

from dashboard.language import _
from dashboard.show import Page

page = Page("deadlines")
page.title(_("deadlines"), _("..."))
page.close()
