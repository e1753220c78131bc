"""Steps 1 and 2: a file is taken, and what was understood of it is shown and may be corrected."""

import hashlib
import unicodedata
from dataclasses import replace

import pandas as pd
import streamlit as st

from dashboard import labels
from dashboard.articles import of_the
from dashboard.auth import permission
from dashboard.language import _, current
from dashboard.page import Page
from dashboard.sections.update.reading import ask_edition, ask_reading
from dashboard.sections.update.source import ask_source
from dashboard.sections.update.tables import headed, translation
from etl import publishers
from etl.contract import Dataset, Problem, column_type
from etl.datasets import all_datasets
from etl.export import csv_of
from etl.files.current_rows import rows_xlsx
from etl.files.limits import KINDS
from etl.files.mapping import LEFT_OUT, YEAR_PREFIX, suggest
from etl.files.read import read_limited
from etl.files.table import Understood
from etl.files.template import template_xlsx
from etl.importing.merge import CHANGE, SOURCE
from etl.importing.proposal import Request
from etl.ledger.licences import shareable_table

MOST_OPTIONS = 400  # values offered for a column the file lacks
EXAMPLE_ROWS = 3


def take(page: Page) -> tuple[Request, Understood | list[Problem]] | None:
    """Step 1: the dataset and the file; None until there is one."""
    names = {name: f"{_(dataset.title)} ({name})" for name, dataset in all_datasets().items()}
    chosen = page.controls.pick("dataset", _("Dataset"), names, "spending")
    dataset = all_datasets()[chosen]
    # no list of types: what can not be read is refused below in the reader's language, with what to do
    file = st.file_uploader(
        _("File with a table ({kinds}); a publisher's own file as it was published is recognised.").format(kinds=KINDS),
        key=f"update.file.{st.session_state.get('update.turn', 0)}",
    )
    _offer_downloads(page, dataset)
    if file is None:
        st.session_state.pop("update.read", None)
        return None
    content = file.getvalue()
    scope = hashlib.sha256(content).hexdigest()[:12]
    request = Request(
        content,
        file.name,
        chosen,
        encoding=st.session_state.get(f"update.encoding.{scope}"),
        delimiter=st.session_state.get(f"update.delimiter.{scope}"),
    )
    return request, _read(request)


def _offer_downloads(page: Page, dataset: Dataset) -> None:
    """An empty table to fill in, and the rows as they are."""
    translate, spoken, may_edit = translation(), current(), permission.may_edit()  # asked now: files are made elsewhere

    def rows() -> pd.DataFrame:
        return page.snapshot.table(dataset) if may_edit else shareable_table(page.snapshot, dataset)

    files = {
        "template": (_("Template"), lambda: template_xlsx(dataset, translate), "xlsx"),
        "rows": (_("Current rows"), lambda: csv_of(rows(), spoken), "csv"),
        "rows.xlsx": (_("Current rows (XLSX)"), lambda: rows_xlsx(dataset, rows()), "xlsx"),
    }
    with st.container(horizontal=True):
        for key, (label, made, kind) in files.items():
            st.download_button(
                label,
                made,
                f"{dataset.name}.{kind}",
                icon=":material/download:",
                on_click="ignore",
                key=f"update.{key}",
            )


def _read(request: Request) -> Understood | list[Problem]:
    """The file as the limited reader understands it; read once a session for each encoding and delimiter chosen."""
    content, name, encoding, delimiter = request.content, request.name, request.encoding, request.delimiter
    asked = (hashlib.sha256(content).hexdigest(), name, encoding, delimiter)
    held = st.session_state.get("update.read")
    if not held or held[0] != asked:
        with st.spinner(_("Reading the file …")):
            answer = read_limited(content, name, encoding=encoding, delimiter=delimiter)
            st.session_state["update.read"] = held = (asked, answer)
    return held[1]


def understand(page: Page, request: Request, read: Understood) -> Request:
    """Step 2: how the file was read, with a chance to correct it; the request with what the person chose."""
    dataset = all_datasets()[request.dataset]
    official = publishers.recognise(publishers.content_of(read, request.name, request.content), dataset.name)
    if official and dataset.name != publishers.SPENDING:  # it has no editions
        whole = _("This is a file of {publisher}: it is read as a whole, value by value.")
        st.info(whole.format(publisher=_(publishers.all_readers()[official.publisher].NAME)))
        return replace(request, source=ask_source(page, optional=True))
    if official:
        known = _("This is the workbook {of_publisher}, edition {edition}: it is read as a whole edition.")
        asked = _("This is the workbook {of_publisher}; it does not say which edition it is.")
        told = known if official.edition else asked
        whose = of_the(labels.of("publisher", official.publisher))
        st.info(told.format(of_publisher=whose, edition=official.edition))
        request = ask_edition(page, request, official.publisher, official.edition)
        return replace(request, source=ask_source(page, optional=True))
    request, table = ask_reading(request, read, dataset)
    mapping = _mapping(table, dataset)
    named = SOURCE in mapping.values()
    source = ask_source(page, optional=named) if SOURCE in dataset.columns else None
    fixed = _fixed(page, dataset, mapping)
    return replace(request, mapping=mapping, source=source, fixed=fixed)


def _mapping(table: Understood, dataset: Dataset) -> dict[str, str | None]:
    """Which column of the dataset each column of the file is: as suggested, changed in the table by the person."""
    suggested = suggest(table.columns, dataset)
    years = sorted({target for target in suggested.values() if target and target.startswith(YEAR_PREFIX)})
    leave, unclear = _("leave out"), _("not decided")
    shown = pd.DataFrame(
        {
            "file": list(table.columns),
            "example": [", ".join(table.frame[name].head(EXAMPLE_ROWS)) for name in table.columns],
            "target": [suggested[name] or unclear for name in table.columns],
        }
    )
    edited = st.data_editor(
        shown,
        hide_index=True,
        disabled=["file", "example"],
        height=min(37 + 35 * len(shown), 282),
        key=f"update.mapping.{hash((table.name, table.sheet, table.columns, dataset.name))}",
        column_config={
            "file": st.column_config.TextColumn(_("Column in the file")),
            "example": st.column_config.TextColumn(_("First values")),
            "target": st.column_config.SelectboxColumn(
                _("Is the column"),
                options=[*dataset.columns, *years, leave, unclear],
                format_func=lambda name: headed(str(name), dataset),
                required=True,
            ),
        },
        alt=_("How the columns of the file were understood"),
    )
    words: dict[str, str | None] = {leave: LEFT_OUT, unclear: None}
    return {name: words.get(target, target) for name, target in zip(table.columns, edited["target"], strict=True)}


def _fixed(page: Page, dataset: Dataset, mapping: dict[str, str | None]) -> dict[str, str]:
    """One value for all rows, for needed columns that the file lacks."""
    given = {"year" if (target or "").startswith(YEAR_PREFIX) else target for target in mapping.values()}
    given |= {"value"} if any((target or "").startswith(YEAR_PREFIX) for target in mapping.values()) else set()
    needed = {name for name in dataset.columns if name in dataset.key or not dataset.fields[name].nullable}
    missing = [
        name
        for name in dataset.columns
        if name in needed - given - {SOURCE, "is_estimate"} and column_type(dataset, name) in ("str", "Int64")
    ]
    if not missing or not any(mapping.values()):
        return {}
    st.caption(
        _(
            "The file lacks these columns. One value may hold for all its rows; what is left empty is taken from the rows held."
        )
    )
    fixed = {}
    with st.container(horizontal=True):
        for name in missing:
            held = page.snapshot.sql(
                f"SELECT DISTINCT {name}::VARCHAR AS code FROM {dataset.name} WHERE {name} IS NOT NULL ORDER BY 1 LIMIT {MOST_OPTIONS}"
            )
            value = st.selectbox(
                labels.header(name),
                held["code"].tolist(),
                index=None,
                accept_new_options=True,
                placeholder="",
                key=f"update.fixed.{dataset.name}.{name}",
                width=200,
            )
            if value:
                fixed[name] = unicodedata.normalize("NFC", str(value))
    return fixed


def ask_mode(dataset: Dataset) -> str:
    """How the rows go into the table; removal has to be chosen."""
    modes = {CHANGE: _("Add and change"), "edition": _("Replace one edition"), "all": _("Replace all")}
    if "edition" not in dataset.columns:
        modes.pop("edition")
    return st.segmented_control(
        _("What the file does to the rows held"),
        list(modes),
        format_func=modes.__getitem__,
        default=CHANGE,
        required=True,
        wrap=True,
        key=f"update.mode.{dataset.name}",
    )
