"""Update: a file becomes a release, after everybody could see what it changes; every release and the way back."""

import streamlit as st

from dashboard.auth import permission
from dashboard.page import Page, escaped
from dashboard.sections.sign_in import asked_to, show_audit, show_sign_in
from dashboard.sections.update.drafts import show_drafts, show_to_reader
from dashboard.sections.update.history import show_history
from dashboard.sections.update.steps import show_steps

page = Page("update")
page.title()
if draft := page.controls.query.get("draft", ""):  # stays in the address for who has to sign in first
    page.controls.asked["draft"] = draft
if permission.may_edit() or asked_to("update.publish"):
    show_steps(page)
    show_drafts(page)
elif not (draft and show_to_reader(page, draft)):
    st.info(escaped(permission.why_not()), icon=":material/lock:")
    show_sign_in("update.sign_in")
show_history(page)
if permission.may_edit():
    show_audit(page.ledger.releases())
page.close()
