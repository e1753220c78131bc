"""What is said of spending and tariffs, ally by ally: the finding, what is drawn, and who stands beside the axis."""

import pandas as pd

from dashboard import labels
from dashboard.articles import the
from dashboard.language import _, percent, trimmed_percent
from dashboard.topics.pressure import PressureParams, charged, rates_in_words, with_share
from dashboard.topics.tariffs import known_in_words


def finding(rows: pd.DataFrame, params: PressureParams) -> str:
    if rows.empty:
        return _("No NATO edition at hand had been published by that day; choose a later day")
    product = rows["label"].iloc[0]
    threatened = rows[rows["threatened_pct"] > rows["total_pct"]]
    if len(threatened) > 1:  # one ally's threat stands in the picture: what all are charged is the finding
        words = _("{product}: {count} allies threatened with up to {rate}")
        rate = trimmed_percent(threatened["threatened_pct"].max())
        return words.format(product=product, count=len(threatened), rate=rate)
    if charged(rows) == len(rows) and not rows["banned"].any():
        return _of_all(rows, product)
    words = _("{product}: {charged} of {count} allies face an additional US tariff, {rates}")
    return words.format(product=product, charged=charged(rows), count=len(rows), rates=rates_in_words(rows))


def _of_all(rows: pd.DataFrame, product: str) -> str:
    """That all are charged, and the shares of GDP between which they are: where one is charged another rate, who."""
    same = rows[rows["total_pct"] == rows["total_pct"].mode().iloc[0]]
    others, shares = rows.drop(same.index), with_share(same)["share_of_gdp_pct"]
    words = _(
        "{product}: all {count} allies face an additional US tariff, {rates}, whether they spend {least} of GDP on defence or {most}"
    )
    if len(others) == 1:
        words = _(
            "{product}: {same} of {count} allies face an additional US tariff of {rate}, {country} of {other}, whether they spend {least} of GDP on defence or {most}"
        )
    elif len(others):
        shares = with_share(rows)["share_of_gdp_pct"]
    return words.format(
        product=product,
        count=len(rows),
        same=len(same),
        rates=rates_in_words(rows),
        rate=trimmed_percent(same["total_pct"].iloc[0]),
        least=percent(shares.min()),
        most=percent(shares.max()),
        country="".join(the(labels.place(code)) for code in others["iso3"].head(1)),
        other="".join(map(trimmed_percent, others["total_pct"].head(1))),
    )


def subtitle(rows: pd.DataFrame, params: PressureParams) -> str:
    if rows.empty:
        return ""
    words = _(
        "US tariff on the goods chosen, in force {when}, and share of GDP spent on defence, NATO edition {edition}; {details}. No link between the two is claimed"
    )
    if (rows["threatened_pct"] > 0).any():
        words = _(
            "US tariff on the goods chosen, in force or threatened {when}, and share of GDP spent on defence, NATO edition {edition}; {details}. No link between the two is claimed"
        )
    details = _estimates(rows)
    if (rows["iso3"] == params.origin).any():
        highlighted = _("highlighted: the origin chosen, {country}").format(country=labels.place(params.origin))
        details = f"{details}; {highlighted}"
    return words.format(when=known_in_words(params), edition=params.edition, details=details)


def _estimates(rows: pd.DataFrame) -> str:
    """How one can tell which shares are estimates."""
    if rows["is_estimate"].all():
        return _("all shares are estimates")
    return _("hollow: estimate") if rows["is_estimate"].any() else _("no share is an estimate")


def without_share(name: str) -> str:
    """What is said of an ally that is charged, but of which the edition has no share."""
    return _("{country}: no share published").format(country=name)
