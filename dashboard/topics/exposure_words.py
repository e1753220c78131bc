"""What is said of a group of goods beside its dollars of duty: its rate, what is multiplied, and all of it where one points."""

import pandas as pd

from dashboard import labels, style
from dashboard.language import _, labelled, money, trimmed_percent

LEAST_SAID = 0.1  # % of customs value: the average of a group that has a lower one is not 0


def rate_of_group(row) -> str:
    """The rate, or both where it depends on CUSMA."""
    if row.banned is True:
        return _("import ban")
    if pd.isna(row.total_pct):
        return _("not stated") if row.not_stated is True else _("several rates")
    if pd.notna(row.qualifying_pct) and row.qualifying_pct != row.total_pct:
        return _("{low} or {high}").format(low=trimmed_percent(row.qualifying_pct), high=trimmed_percent(row.total_pct))
    return trimmed_percent(row.total_pct)


def terms_in_words(row) -> str:
    amount = money(row.imports_usd_million)
    said = f"{rate_of_group(row)} × {amount}"
    if pd.notna(row.rate_pct):
        rate = trimmed_percent(round(row.rate_pct, 1))
        if 0 < row.rate_pct < LEAST_SAID:
            rate = _("less than {rate}").format(rate=trimmed_percent(LEAST_SAID))
        said = _("{rate} of {amount}").format(rate=rate, amount=amount)
    own = getattr(row, "ledger_duty_usd_million", row.duty_usd_million)
    if pd.notna(own) and own != row.duty_usd_million:
        said = f"{said} ({_('ledger: {amount}').format(amount=money(own))})"
    return said


def hover(row) -> str:
    said = [
        f"<b>{style.wrapped(row.label, 56)}</b>",
        _("imports {year}: {amount}").format(year=row.period, amount=money(row.imports_usd_million)),
    ]
    if pd.notna(row.claimed_usd_million):
        said.append(_("of it claimed under CUSMA: {amount}").format(amount=money(row.claimed_usd_million)))
    said.append(_("rate in force: {rate}").format(rate=rate_of_group(row)))
    if row.threatened_pct > 0:
        said.append(_("threatened, not in force: {rate}").format(rate=trimmed_percent(row.threatened_pct)))
    if isinstance(row.trust, str) and row.trust:
        said.append(labelled(labels.header("trust"), labels.of("trust", row.trust)))
    return "<br>".join(said)
