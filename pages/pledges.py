"""pledges."""

from dashboard.language import _
from dashboard.show import Page

page = Page("pledges")
page.title(_("pledges"), _("..."))
page.close()
