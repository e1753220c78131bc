"""update."""

from dashboard.language import _
from dashboard.show import Page

page = Page("update")
page.title(_("update"), _("..."))
page.close()
