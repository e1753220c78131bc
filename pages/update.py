"""Update: a file becomes a release, after everybody could see what it changes; every release and the way back."""

import streamlit as st

from dashboard import access
from dashboard.language import _
from dashboard.show import Page
from dashboard.updating.history import show_history
from dashboard.updating.steps import show_steps

page = Page("update")
page.title(_("Update"), _("Which figures change, who changed them, and why?"))
if access.may_edit():
    show_steps(page)
else:
    st.info(_("Figures can be changed only on the machine the server runs on, or after sign-in. Here you can look at the history."), icon=":material/lock:")
show_history(page)
page.close()
