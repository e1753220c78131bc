"""Data: every dataset with its contract, and how to take it along."""

import streamlit as st

from dashboard import language, links, share_dialog, tables
from dashboard.language import _
from dashboard.page import Page, escaped, origin
from dashboard.sections import catalogue
from dashboard.sections.lists import show_list
from etl.datasets import all_datasets

page = Page("data")
page.title()
held = catalogue.datasets(page.ledger, page.snapshot.release)
tables.show(held, key="datasets", alt=_("The datasets of this release"))
names = {name: _(dataset.title) for name, dataset in all_datasets().items()}
name = page.controls.pick("dataset", _("Dataset"), names, "spending")
dataset = all_datasets()[name]
st.header(escaped(_(dataset.title)), anchor=False)
st.caption(escaped(_(dataset.description)))
show_list(catalogue.contract(dataset), key="contract")
with st.container(horizontal=True):
    for kind in ("csv", "json", "parquet"):
        address = f"{origin()}/api/v1/datasets/{name}.{kind}?release={page.snapshot.release}"
        st.link_button(_("Download {kind}").format(kind=kind.upper()), address, icon=":material/download:")
    st.link_button(_("The API"), f"{origin()}/api/v1?lang={language.current()}", icon=":material/api:")
share_dialog.show_short_links(links.public_base(origin()))
page.close()
