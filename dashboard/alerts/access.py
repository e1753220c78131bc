"""Who may still be told: an alert ends when the right to look that it was begun with is gone.

What the operator lists by address is asked for the alert's own address at every message. Claims, and whether somebody can
still sign in, are known only while somebody signs in: where they decide, an alert lasts a while and is begun again.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from dashboard.auth import identity, permission
from dashboard.auth.roles import ANYONE, SIGNED_IN, Person
from etl.ledger.alerts import EMAIL, Subscription

LASTS = timedelta(days=30)  # an alert whose right nothing but a sign-in proves


def ends_at(held: Subscription) -> datetime | None:
    """When an alert ends by itself; None where it doesn't."""
    roles = permission.roles()
    if not identity.is_set_up() or roles.viewers == ANYONE or _is_listed(held):
        return None
    return held.since + LASTS if _proves_only_at_sign_in(held) else held.since


def _is_listed(held: Subscription) -> bool:
    """Whether its address may look by itself, whoever reads there."""
    roles, reader = permission.roles(), Person({"email": held.target.lower()}, "", 0.0)
    by_address = roles.may_edit if roles.viewers == SIGNED_IN else roles.may_view
    return held.channel == EMAIL and by_address(reader)


def _proves_only_at_sign_in(held: Subscription) -> bool:
    """Whether who began it may look by what only a sign-in tells; a program has no address that could be listed."""
    viewers = permission.roles().viewers
    return held.channel != EMAIL or viewers == SIGNED_IN or bool(permission.roles().claims())
