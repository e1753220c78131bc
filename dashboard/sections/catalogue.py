"""What the Sources and Data pages list: editions, articles with their claims, sources with trust and licence, contracts."""

import pandas as pd

from dashboard import labels
from dashboard.language import _, current, localized, number
from dashboard.once import once
from etl.contract import Dataset
from etl.datasets import all_datasets
from etl.ledger.ledger import Ledger
from etl.ledger.release import CHANGED
from etl.ledger.snapshot import Snapshot
from etl.message import N_
from etl.vocabulary import TRUST_DESCRIPTIONS
from policy.tariffs.peers import DATES, EXPLAINED, WEIGHTS

GAPS = (
    N_(
        "2025 estimates of edition 2025-08 are at hand for 19 allies and the NATO total only; Germany has none by design."
    ),
    N_(
        "The rounded figures of the Annual Report (2026-03) are kept apart from NATO's tables: one decimal, from the press."
    ),
    N_("Constant prices change their base year (2015 in edition 2024-06, 2021 since): such series are never joined."),
    N_("NATO tabulates core spending only; the 1.5 % of defence- and security-related spending is in no table yet."),
    N_(
        "The European schedule of 10 then 25 % was announced on 2026-01-17 and withdrawn on 2026-01-21: it never applied."
    ),
    N_(
        "Sources disagree whether Section 338 duties add to Section 232 duties from 2026-09-15: both readings are shown."
    ),
    N_(
        "Ordinary (most favoured nation) duties are held by line of the US schedule; amounts per unit are words beside the sum."
    ),
    N_("Tariffs and deadlines were gathered up to 10 October 2026; what happened since is not known here."),
)
PEERS = (WEIGHTS, DATES, *EXPLAINED.values())
"""Where the rates from codes differ from the independent reckoning that they are held against, and why."""


def editions(snapshot: Snapshot) -> pd.DataFrame:
    """One row an edition of a publisher, newest first."""
    table = snapshot.sql(
        f"""
        SELECT e.title, e.publisher, e.edition, e.published_on, e.constant_price_base_year, e.{localized("completeness")} AS completeness,
               e.{localized("trust_note")} AS trust_note, s.url
        FROM editions e JOIN sources s USING (source_id) ORDER BY e.published_on DESC
        """
    )
    table["published_on"] = table["published_on"].dt.date
    return table.assign(publisher=[labels.of("publisher", code) for code in table["publisher"]]).rename(
        columns={
            "title": _("Title"),
            "publisher": _("Publisher"),
            "edition": _("Edition"),
            "published_on": _("Published on"),
            "constant_price_base_year": _("Prices of"),
            "completeness": _("What it holds"),
            "trust_note": _("How far to trust it"),
            "url": _("Address"),
        }
    )


def claims(snapshot: Snapshot) -> pd.DataFrame:
    """What the articles state, each with who said it, word for word."""
    table = snapshot.sql(
        f"""
        SELECT c.{localized("statement")} AS statement, c.{localized("speaker")} AS speaker, c.quote, a.title, a.publisher, c.article_id
        FROM claims c JOIN articles a USING (article_id) ORDER BY c.claim_id
        """
    )
    return table.rename(
        columns={
            "article_id": _("Code"),
            "title": _("Article"),
            "publisher": _("Published by"),
            "speaker": _("Said by"),
            "statement": _("Statement"),
            "quote": _("In its words"),
        }
    )


def sources(snapshot: Snapshot) -> pd.DataFrame:
    """Every source with trust class, licence and address."""
    table = snapshot.sql(
        "SELECT title, publisher, published_on, trust, licence, credit, url, source_id FROM sources ORDER BY publisher, source_id"
    )
    table["published_on"] = table["published_on"].dt.date
    table["trust"] = [_(TRUST_DESCRIPTIONS.get(code, code)) for code in table["trust"]]
    return table.rename(
        columns={
            "source_id": _("Code"),
            "publisher": _("Publisher"),
            "title": _("Title"),
            "published_on": _("Published on"),
            "trust": _("Trust"),
            "licence": _("Licence"),
            "credit": _("Credit"),
            "url": _("Address"),
        }
    )


def disputed(snapshot: Snapshot) -> pd.DataFrame:
    """Tariff events on which sources conflict."""
    table = snapshot.sql(
        f"SELECT {localized('title')} AS title, event_on, {localized('conflict')} AS conflict, trust, event_id FROM tariff_events WHERE conflict IS NOT NULL ORDER BY event_on"
    )
    table["event_on"] = table["event_on"].dt.date
    table["trust"] = [_(TRUST_DESCRIPTIONS.get(code, code)) for code in table["trust"]]
    return table.rename(
        columns={
            "event_id": _("Code"),
            "title": _("Title"),
            "event_on": _("Day"),
            "conflict": _("Where sources conflict"),
            "trust": _("Trust"),
        }
    )


def corrections(ledger: Ledger) -> pd.DataFrame:
    """Every correction, the newest first."""
    return pd.DataFrame(
        [
            {
                _("Release"): release.number,
                _("Published on"): release.published_on,
                _("Who"): release.author,
                _("What was wrong"): wrong.text(current()),
                _("Wrong since"): wrong.since,
                _("Datasets"): ", ".join(_(all_datasets()[name].title) for name in release.extra.get(CHANGED, {})),
                _("Difference"): f"/api/v1/releases/{release.number - 1}/diff/{release.number}",
            }
            for release in reversed(ledger.releases())
            if (wrong := release.correction)
        ]
    )


@once
def datasets(ledger: Ledger, release: int) -> pd.DataFrame:
    """One row a dataset: what it is, its size, its key."""
    snapshot = ledger.at(release)
    rows = [
        {
            _("Dataset"): _(dataset.title),
            _("What it holds"): _(dataset.description),
            _("Rows"): number(snapshot.sql(f"SELECT count(*) AS n FROM {name}")["n"].iloc[0], 0),
            _("Code"): name,
            _("Key"): ", ".join(dataset.key),
        }
        for name, dataset in all_datasets().items()
    ]
    return pd.DataFrame(rows)


TYPES = {
    "VARCHAR": N_("text"),
    "BIGINT": N_("whole number"),
    "DOUBLE": N_("number"),
    "DATE": N_("day"),
    "BOOLEAN": N_("yes or no"),
}
"""What DuckDB's types are called by people."""


def contract(dataset: Dataset) -> pd.DataFrame:
    """One row a column: meaning, type, unit, bounds, whether it may be empty."""
    rows = [
        {
            _("Column"): name,
            _("Meaning"): _(column.description or ""),
            _("Type"): _(TYPES[dataset.sql_type(name)]),
            _("Unit"): _((column.metadata or {}).get("unit") or ""),
            _("Rules"): "; ".join(_rule(check) for check in column.checks if check.statistics),
            _("May be empty"): _("yes") if column.nullable else _("no"),
        }
        for name, column in dataset.fields.items()
    ]
    return pd.DataFrame(rows)


def _rule(check) -> str:
    """A bound as people read it: >= 0, one of a, b."""
    if "pattern" in check.statistics:
        return _(check.error)
    bound = next(iter(check.statistics.values()))
    signs = {"greater_than_or_equal_to": "≥", "less_than_or_equal_to": "≤", "isin": _("one of")}
    shown = ", ".join(map(str, bound)) if isinstance(bound, (list, tuple, set, frozenset)) else str(bound)
    return f"{signs.get(check.name, check.name)} {shown.removesuffix(' 00:00:00')}"
