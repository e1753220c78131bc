"""By which keys the releases of a ledger are signed, in words."""

from collections.abc import Iterable

from dashboard.language import ngettext
from etl.ledger.ledger import Ledger
from etl.ledger.signing import Signature


def signatures(ledger: Ledger) -> list[str]:
    """A sentence for each key and one for what is not signed."""
    by_key: dict[str, list[int]] = {}
    for release in ledger.releases():
        signature = Signature.of(release.extra)
        by_key.setdefault(signature.fingerprint if signature else "", []).append(release.number)
    unsigned = by_key.pop("", [])
    said = [
        ngettext(
            "Signed with the key whose fingerprint is {fingerprint}: release {numbers}.",
            "Signed with the key whose fingerprint is {fingerprint}: releases {numbers}.",
            len(numbers),
        ).format(fingerprint=key, numbers=_spans(numbers))
        for key, numbers in by_key.items()
    ]
    if unsigned:
        without = ngettext("Not signed: release {numbers}.", "Not signed: releases {numbers}.", len(unsigned))
        said.append(without.format(numbers=_spans(unsigned)))
    return said


def _spans(numbers: Iterable[int]) -> str:
    """Rising numbers, those that follow one another as a span: "1–3, 5"."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][-1] + 1:
            spans[-1] = [spans[-1][0], number]
        else:
            spans.append([number])
    return ", ".join("–".join(map(str, span)) for span in spans)
