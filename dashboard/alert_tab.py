"""What stands behind "Share" of being told: a rule for the view, its feed, and, where the operator sends them, mail and messages."""

from collections.abc import Callable

import streamlit as st

from dashboard import labels, links, widgets
from dashboard.alerts import signed
from dashboard.alerts.beginning import NotBegun, ask_by_mail, begin_for_program
from dashboard.alerts.rule import CROSSED, DAYS, MOST_DAYS, RULES, Alert, WrongAlert, figures_of, read, rules_of
from dashboard.alerts.sending import channels
from dashboard.drawing import Drawing
from dashboard.language import _
from dashboard.ledger import ledger, subscriptions
from dashboard.params import ChartParams
from etl.ledger.alerts import EMAIL, WEBHOOK
from etl.ledger.errors import LedgerUnavailable


def show(drawing: Drawing, params: ChartParams, base: str, tell: Callable[[str, str], None]) -> None:
    """Choose a rule, and how to be told. params: the reader's, defaults open. tell: shows an address under its label."""
    if drawing.is_comparison:
        st.caption(_("An alert follows one view: end the comparison first."))
        return
    try:
        alert = _chosen(drawing, params)
    except WrongAlert as wrong:
        st.caption(str(wrong))
        return
    tell(_("Feed, for any feed reader; nothing about you is kept"), base + alert.feed)
    if EMAIL in channels():
        _by_mail(drawing.key, alert, base)
    if WEBHOOK in channels():
        _to_a_program(drawing.key, alert, base, tell)


def _chosen(drawing: Drawing, params: ChartParams) -> Alert:
    key, chart = drawing.key, drawing.chart
    rules = rules_of(chart)
    rule = st.selectbox(_("Tell when"), rules, format_func=lambda rule: _(RULES[rule]), key=f"alert_rule_{key}")
    asked = {"view": links.url(chart.id, links.query_of(params)), "rule": rule}
    if rule == CROSSED:
        line = widgets.decimal(_("Line, in the unit of the view"), f"alert_line_{key}", start=2.0)
        asked["line"] = links.text_of(line) if isinstance(line, float) else ""
        if len(columns := figures_of(drawing.rows)) > 1:
            column = st.selectbox(_("Of which figures"), columns, format_func=labels.header, key=f"alert_column_{key}")
            asked |= {"column": column} if column != columns[0] else {}
    elif read(asked, ledger().at(drawing.release)).is_of_days:
        days = st.number_input(_("Days before"), 0, MOST_DAYS, DAYS, key=f"alert_days_{key}")
        asked["days"] = str(days)
    return read(asked, ledger().at(drawing.release))


def _by_mail(key: str, alert: Alert, base: str) -> None:
    with st.form(f"alert_mail_{key}", border=False):
        address = st.text_input(_("By e-mail"), placeholder="name@example.org", max_chars=254)
        if not st.form_submit_button(_("Send a link to begin")) or not address:
            return
    try:
        ask_by_mail(alert, address, base)
    except (NotBegun, LedgerUnavailable) as refused:
        st.warning(str(refused))
    else:
        st.success(_("A link to begin the alert is on its way. Nothing is kept until it is opened."))


def _to_a_program(key: str, alert: Alert, base: str, tell: Callable[[str, str], None]) -> None:
    with st.form(f"alert_webhook_{key}", border=False):
        address = st.text_input(_("To a program (Standard Webhooks)"), placeholder="https://example.org/hook")
        if not st.form_submit_button(_("Begin")) or not address:
            return
    try:
        made, why = begin_for_program(alert, address, base)
    except (NotBegun, LedgerUnavailable) as refused:
        st.warning(str(refused))
        return
    secret = subscriptions().secret()
    tell(_("Secret to check signatures by, shown only now"), signed.signing_secret(secret, made.key))
    tell(_("To stop this alert, open"), signed.ending(secret, made))
    if why:
        st.warning(why)
