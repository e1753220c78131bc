"""tariffs."""

from dashboard.language import _
from dashboard.show import Page

page = Page("tariffs")
page.title(_("tariffs"), _("..."))
page.close()
