"""Step 3: problems, warnings to be accepted, and what would change."""

from collections.abc import Hashable, Mapping
from typing import Protocol

import pandas as pd
import streamlit as st

from dashboard import language
from dashboard.charts import all_charts
from dashboard.drawing import Drawing, drawn_from
from dashboard.language import _, ngettext
from dashboard.page import Page, escaped
from dashboard.plots import plot, side_by_side
from dashboard.sections.update.tables import (
    counted,
    difference_table,
    outlier_name,
    problem_table,
    sentence,
    translation,
    warning_table,
    worded,
)
from etl.contract import Problem
from etl.contract.check import BOUNDS
from etl.datasets import all_datasets
from etl.files.places import UNKNOWN_PLACE
from etl.files.problems_xlsx import problems_xlsx
from etl.files.table import Understood
from etl.importing.outliers import OUTLIER
from etl.importing.proposal import LACKS_SOURCE, Proposal, Request, count, propose
from etl.ledger.snapshot import Snapshot, snapshot_of

MOST_SHOWN = 5_000  # rows of a difference on the page; the rest is counted
HALF = 0.5  # of the row, for what is now and for what it would be
COUNTRIES_DRAWN = 3
SENTENCES_FIRST = 3  # problems told in words before the table of all


class Change(Protocol):
    """Tables as they would be, whole, and what differs in them: a proposal's or a draft's."""

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]: ...
    @property
    def difference(self) -> Mapping[str, pd.DataFrame]: ...


CHART_OF = {"pledges": "pledge-path", "targets": "pledge-path", "deadlines": "deadlines-timeline"}


def judge(page: Page, request: Request, read: Understood) -> Proposal:
    """The proposal for this request: made anew when the request changes, kept (with its base) while it does not."""
    held: Proposal | None = st.session_state.get("update.proposal")
    if held is None or held.request != request:
        with st.spinner(_("Checking against the contract …")):
            held = propose(page.ledger, request, read)
        remember(held)
    return held


def remember(proposal: Proposal) -> None:
    st.session_state["update.proposal"] = proposal
    st.session_state["update.serial"] = st.session_state.get("update.serial", 0) + 1


def show_problems(proposal: Proposal) -> None:
    """Every problem at once, and the person's file with the bad cells marked."""
    if [problem.rule for problem in proposal.problems] == [LACKS_SOURCE]:
        st.info(_("Choose the source of these figures in step 2: every row names one."), icon=":material/info:")
        return
    in_order = sorted(proposal.problems, key=lambda problem: problem.row or 0)  # as they stand in the file
    in_words = list(map(worded, in_order))
    count = len(in_order)
    told = ngettext(
        "One problem stands in the way. Answer it above, or correct the file and choose it again.",
        "{count} problems stand in the way. Answer them above, or correct the file and choose it again.",
        count,
    ).format(count=count)
    told += "".join(f"\n- {escaped(problem.sentence(_))}" for problem in in_words[:SENTENCES_FIRST])
    if (more := count - SENTENCES_FIRST) > 0:
        also = ngettext("And {count} more, in the table below.", "And {count} more, in the table below.", more)
        told += f"\n- {also.format(count=more)}"
    st.error(told, icon=":material/error:")
    st.dataframe(problem_table(in_words), hide_index=True, placeholder="", key="update.problems", alt=_("Problems"))
    if proposal.understood and any(problem.every_row for problem in proposal.problems):
        table, mapping, translate = proposal.understood, proposal.mapping, translation()
        st.download_button(
            _("Your file with the bad cells marked"),
            lambda: problems_xlsx(table, in_order, mapping, translate, in_words),
            "problems.xlsx",
            icon=":material/download:",
            on_click="ignore",
            key="update.problems.file",
        )


def ask_new_edition(proposal: Proposal, asked: bool) -> bool:
    """Whether editions that are not known are to be added with the rows."""
    if not proposal.unknown_editions and not asked:
        return False
    names = ", ".join(" ".join(pair) for pair in proposal.unknown_editions)
    label = (
        _("Add the new edition {names} with these rows").format(names=names)
        if names
        else _("Add the new edition with these rows")
    )
    return st.checkbox(escaped(label), key="update.new_edition")


def ask_leave_out(proposal: Proposal, asked: bool) -> bool:
    """Whether rows of countries and aggregates that the dataset can not hold are left out."""
    rows = sum(len(one.every_row) for one in proposal.problems if one.code == UNKNOWN_PLACE)
    if not rows and not asked:
        return False
    label = _("Leave out other countries and aggregates")
    if rows:
        label = _("Leave out other countries and aggregates (rows: {count})").format(count=rows)
    return st.checkbox(label, key="update.leave_out")


def ask_outliers(proposal: Proposal, given: dict[str, str]) -> dict[str, str]:
    """The reasons why values beyond their bounds are true, by the name of each; a field for each that is told."""
    told = [one for one in (*proposal.problems, *proposal.notes) if one.code in (BOUNDS, OUTLIER)]
    reasons: dict[str, str] = {}
    for one in told:
        name = str(one.params["name"])
        # no mark that Markdown knows: what a screen reader says of a field is its label as it is written
        label = _("If {name} is true, why?").format(name=outlier_name(one))
        reason = st.text_input(escaped(label), given.get(name, ""), max_chars=300, key=f"update.outlier.{name}").strip()
        reasons |= {name: reason} if reason else {}
    return reasons


def accept_warnings(proposal: Proposal, *, with_reason: bool) -> dict[str, str] | None:
    """Each kind of warning with a tick and, `with_reason`, why it may stand: that by its rule; None until all are answered."""
    kinds: dict[str, list[Problem]] = {}
    for warning in proposal.warnings:
        kinds.setdefault(warning.rule, []).append(warning)
    reasons: dict[str, str] = {}
    for place, (rule, found) in enumerate(kinds.items()):
        first = sentence(found[0])
        more = (
            ""
            if len(found) == 1
            else " " + _("And {count} more like it, in the table below.").format(count=len(found) - 1)
        )
        row = "" if found[0].row is None else _("Row {row}:").format(row=found[0].rows_told.text(_)) + " "
        key = f"update.accept.{st.session_state['update.serial']}.{place}"
        ticked = st.checkbox(escaped(row + first + more), key=key)
        if ticked:
            why = st.text_input(_("Why may it stand?"), max_chars=300, key=f"{key}.why") if with_reason else ""
            reasons |= {rule: why.strip()} if why.strip() or not with_reason else {}
    if len(proposal.warnings) > len(kinds):
        narrow = {_("Row"): st.column_config.TextColumn(width="small")}
        st.dataframe(
            warning_table(proposal.warnings),
            hide_index=True,
            placeholder="",
            key="update.warnings",
            alt=_("Warnings"),
            column_config=narrow,
        )
    return reasons if len(reasons) == len(kinds) else None


def show_difference(difference: dict[str, pd.DataFrame], key: str) -> None:
    """What differs, one dataset at a time."""
    known, labels = all_datasets(), {}
    for name, frame in difference.items():
        told = counted(count(frame, known[name]))
        labels[name] = _("{dataset}: {counts}").format(dataset=_(known[name].title), counts=told)
    name = next(iter(difference))
    if len(difference) > 1:
        name = st.segmented_control(
            _("Dataset"),
            list(difference),
            format_func=labels.__getitem__,
            default=name,
            required=True,
            wrap=True,
            key=f"{key}.dataset",
            label_visibility="collapsed",
        )
    else:
        st.text(labels[name])
    frame = difference[name]
    st.dataframe(
        difference_table(frame.head(MOST_SHOWN), known[name]),
        hide_index=True,
        placeholder="",
        key=f"{key}.{name}",
        alt=labels[name],
    )
    if len(frame) > MOST_SHOWN:
        st.caption(_("The first {count} are shown.").format(count=MOST_SHOWN))


# --- the chart as it would look ------------------------------------------------------------------------------------


def show_charts(page: Page, base: int, change: Change, asked: Hashable) -> None:
    """The chart these figures stand on, as it is in release `base` and as it would look; `asked` tells one change from another."""
    now = page.ledger.at(base) if base else None
    if now is None or not (set(change.difference) & {"spending", *CHART_OF}):
        return
    drawings = _kept_drawings(change, now, asked)
    for column, drawing, name in zip(side_by_side(HALF), drawings, (_("Now"), _("As it would look")), strict=True):
        with column:
            st.caption(name)
            st.markdown(f"**{escaped(drawing.title)}**")
            key = f"update.chart.{'now' if drawing is drawings[0] else 'then'}"
            plot(drawing, page.theme, key, part=HALF)


def _kept_drawings(change: Change, now: Snapshot, asked: Hashable) -> list[Drawing]:
    """Drawn once a change and language: a tick or a word typed beside them changes nothing of them."""
    asked = (asked, language.current())
    known, drawings = st.session_state.get("update.drawings", (None, []))
    if known != asked:
        same = {name: now.arrow(dataset) for name, dataset in all_datasets().items() if name not in change.tables}
        drawings = _drawings(change, now, snapshot_of(same | dict(change.tables), now.release))
        st.session_state["update.drawings"] = (asked, drawings)
    return drawings


def _drawings(change: Change, now: Snapshot, then: Snapshot) -> list[Drawing]:
    if "spending" in change.difference:
        chart_id, params = "spending-trend", _trend(change.difference["spending"], then)
    else:
        chart_id = next(chart for name, chart in CHART_OF.items() if name in change.difference)
        params = all_charts()[chart_id].Params()
    return [drawn_from(snapshot, chart_id, params.explicit(snapshot)) for snapshot in (now, then)]


def _trend(difference: pd.DataFrame, then: Snapshot):
    """The trend of what changes most: its measure, its countries and, for NATO, its edition."""
    model = all_charts()["spending-trend"].Params
    issued = difference[difference["publisher"] == "NATO"]
    difference = issued if len(issued) else difference
    measure = difference["measure"].mode().iloc[0]
    rows = difference[difference["measure"] == measure]
    chosen = {"measure": measure, "countries": tuple(rows["iso3"].value_counts().index[:COUNTRIES_DRAWN])}
    if len(issued):
        chosen["edition"] = rows["edition"].mode().iloc[0]
    elif set(difference["publisher"]) == {"SIPRI"}:
        chosen["publisher"] = ("NATO", "SIPRI")
    return model(**chosen)
