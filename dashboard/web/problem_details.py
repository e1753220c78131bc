"""Refusals of the data side as problem documents (RFC 9457): what is wrong, where, what is allowed instead."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.language import _, current
from etl.message import N_

TITLES = {
    "bad-parameter": N_("A parameter is wrong"),
    "not-found": N_("There is no such thing here"),
    "no-such-release": N_("There is no such release"),
    "method-not-allowed": N_("This address can only be read"),
    "too-long": N_("The question is too long"),
    "bad-body": N_("The body of the request can not be read"),
    "busy": N_("Too many questions at once"),
    "unreadable": N_("The ledger can not be read just now"),
    "no-data": N_("The ledger holds no release yet"),
    "no-browser": N_("No picture can be made here"),
    "failed": N_("The server could not answer"),
}
ALLOWED_SHOWN = 400
GIVEN_SHOWN = 120


@dataclass(frozen=True)
class Fault:
    """One parameter that is wrong: what was given, what is the matter, what is allowed (values, or a form in words)."""

    parameter: str
    given: str
    detail: str
    allowed: Sequence[Any] | str = ()

    def document(self) -> dict[str, Any]:
        allowed = self.allowed if isinstance(self.allowed, str) else list(self.allowed)[:ALLOWED_SHOWN]
        return {
            "parameter": self.parameter,
            "given": self.given[:GIVEN_SHOWN],
            "detail": self.detail,
            "allowed": allowed,
        }


class ApiProblem(Exception):
    """A question that gets a problem document instead of an answer. Texts are in the language of the question."""

    def __init__(self, status: int, kind: str, detail: str, *, again_after_s: int | None = None, **more: Any) -> None:
        super().__init__(detail)
        self.status, self.kind, self.detail, self.again_after_s, self.more = (status, kind, detail, again_after_s, more)

    def document(self, instance: str) -> bytes:
        """The body: `application/problem+json`."""
        content = {
            "type": f"/api/v1?lang={current()}#{self.kind}",
            "title": _(TITLES[self.kind]),
            "status": self.status,
            "detail": self.detail,
            "instance": instance,
            **self.more,
        }
        return json.dumps(content, ensure_ascii=False, default=str).encode()

    def headers(self) -> tuple[tuple[str, str], ...]:
        headers = [("content-language", current())]
        if self.again_after_s is not None:
            headers.append(("retry-after", str(self.again_after_s)))
        if self.status == 405:
            headers.append(("allow", ", ".join(self.more.get("allowed", ("GET", "HEAD")))))
        return tuple(headers)

    @classmethod
    def faults(cls, faults: Sequence[Fault]) -> ApiProblem:
        """Everything that is wrong with the parameters, at once."""
        detail = " ".join(fault.detail for fault in faults)
        return cls(400, "bad-parameter", detail, errors=[fault.document() for fault in faults])

    @classmethod
    def unknown(cls, what: str, name: str, known: Iterable[str]) -> ApiProblem:
        """Nothing of that name; `what` is a translated word for its kind."""
        detail = _("There is no {what} “{name}”.").format(what=what, name=name[:GIVEN_SHOWN])
        return cls(404, "not-found", detail, allowed=list(known))

    @classmethod
    def nothing_here(cls) -> ApiProblem:
        return cls(404, "not-found", _("There is nothing at this address; /api/v1 lists what there is."))

    @classmethod
    def no_release(cls, newest: int) -> ApiProblem:
        if not newest:
            return cls(503, "no-data", _("Nothing has been published yet. The operator can load the reviewed figures."))
        detail = _("Releases are numbered from 1 to {newest}; leave “release” out for the newest.").format(
            newest=newest
        )
        return cls(404, "no-such-release", detail, allowed=f"1..{newest}")

    @classmethod
    def method(cls) -> ApiProblem:
        return cls(405, "method-not-allowed", _("Use GET or HEAD; figures are changed on the Update page."))

    @classmethod
    def only_posted(cls) -> ApiProblem:
        return cls(405, "method-not-allowed", _("Use POST, with the questions as JSON in the body."), allowed=["POST"])

    @classmethod
    def bad_body(cls, detail: str) -> ApiProblem:
        return cls(400, "bad-body", detail)

    @classmethod
    def body_too_long(cls, most: int) -> ApiProblem:
        return cls(413, "too-long", _("The body may hold at most {most} bytes.").format(most=most))

    @classmethod
    def too_long(cls, most: int) -> ApiProblem:
        return cls(414, "too-long", _("At most {most} characters may follow the question mark.").format(most=most))

    @classmethod
    def busy(cls, seconds: int) -> ApiProblem:
        return cls(429, "busy", _("Ask again in {seconds} seconds.").format(seconds=seconds), again_after_s=seconds)

    @classmethod
    def unreadable(cls, seconds: int) -> ApiProblem:
        return cls(
            503, "unreadable", _("Ask again in {seconds} seconds.").format(seconds=seconds), again_after_s=seconds
        )

    @classmethod
    def failed(cls) -> ApiProblem:
        return cls(500, "failed", _("It has been logged. Ask again; if it fails again, tell the operator when."))
