"""What day it is for the ledger: in its declared time zone, wherever the server stands and whoever reads."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from etl.settings import settings


def now() -> datetime:
    """The moment. The one clock of the days: tests set it."""
    return datetime.now(UTC)


def today() -> date:
    """The day in the ledger's time zone (`LEDGER_TIME_ZONE`): deadlines pass at midnight there."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """The day on which something happened, in the ledger's time zone: a release of the evening is not of tomorrow."""
    return moment.astimezone(ZoneInfo(settings().time_zone)).date()
