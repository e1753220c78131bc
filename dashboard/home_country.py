"""Why a chart is of another country than the reader's own."""

from dashboard import labels
from dashboard.language import _, the
from dashboard.params import ChartParams, choices_of
from etl.ledger.snapshot import Snapshot


def shown_instead(home: str | None, params: ChartParams, snapshot: Snapshot) -> str:
    """A sentence where the ledger has nothing on the home country and so the chart is of another; else nothing."""
    countries, shown = choices_of(type(params)).get("country"), getattr(params, "country", None)
    if not home or countries is None or labels.place(home) == home or home in countries.codes(snapshot):
        return ""
    words = _("For this chart nothing on {country} is held; shown instead: {shown}.")
    return words.format(country=the(labels.place(home)), shown=the(labels.place(str(shown)))) + " "
