"""What the readers of the US tariff schedule share: which release of it is current by the Trade Commission's list."""

import json
from datetime import datetime
from typing import Any

RELEASES = "https://hts.usitc.gov/reststop/releaseList"
EXPORT = "https://hts.usitc.gov/reststop/exportList?from={first}&to={last}&format=JSON&styles=false"
HOSTS = ("hts.usitc.gov",)
LICENCE = "Public domain (work of the US government)"
CREDIT = "Source: US International Trade Commission, {title}"
_DAYS = ("%Y-%m-%d", "%m/%d/%Y", "%B %d, %Y")


def current_release(data: bytes) -> tuple[str, str, str] | None:
    """Name, title and first day (YYYY-MM-DD, "" where it is not said) of the release that is current by a list of releases."""
    try:
        rows = json.loads(data)
    except ValueError:
        return None
    rows = [row for row in rows if isinstance(row, dict) and row.get("name")] if isinstance(rows, list) else []
    current = [row for row in rows if str(row.get("status") or "").casefold() == "current"]
    if len(current) != 1 or "releaseStartDate" not in current[0]:
        return None
    one: dict[str, Any] = current[0]
    return str(one["name"]), str(one.get("title") or one["name"]), _day(str(one["releaseStartDate"] or ""))


def _day(text: str) -> str:
    for form in _DAYS:
        try:
            return datetime.strptime(text.strip()[:18], form).date().isoformat()
        except ValueError:
            continue
    try:
        return datetime.fromisoformat(text.strip()).date().isoformat()
    except ValueError:
        return ""
