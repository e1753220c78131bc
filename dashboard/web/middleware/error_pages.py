"""What is said instead of an answer: one sentence on what happened, one on what to do.

The layers in front answer before any page, session or catalogue is looked at, so their few sentences are kept here in
both languages of the product.
"""

from __future__ import annotations

import logging

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)

COME_BACK_AFTER_S = {429: 60}
SENTENCES: dict[str, tuple[str, str]] = {
    "foreign_origin": (
        "This request came from another site ({origin}). Open the ledger at its own address, or ask its operator"
        " to add that site to LEDGER_PUBLIC_URL.",
        "Cette demande vient d’un autre site ({origin}). Ouvrez le registre à sa propre adresse ou demandez à son"
        " exploitant d’ajouter ce site à LEDGER_PUBLIC_URL.",
    ),
    "foreign_host": (
        "This server does not answer to the name {host}. Its operator can add the address to LEDGER_PUBLIC_URL.",
        "Ce serveur ne répond pas au nom {host}. Son exploitant peut ajouter l’adresse à LEDGER_PUBLIC_URL.",
    ),
    "file_too_large": (
        "The file is larger than {limit} MiB. Split it, or send only the rows that change.",
        "Le fichier dépasse {limit} Mio. Divisez-le ou n’envoyez que les lignes qui changent.",
    ),
    "session_full": (
        "The files of this session are larger than {limit} MiB together. Remove one, then send this one again.",
        "Les fichiers de cette session dépassent ensemble {limit} Mio. Retirez-en un, puis renvoyez celui-ci.",
    ),
    "server_full": (
        "The server holds as many uploaded files as it may. Try again in a minute.",
        "Le serveur contient déjà autant de fichiers téléversés que permis. Réessayez dans une minute.",
    ),
    "not_allowed": (
        "You may look but not upload. Sign in as an editor, then send the file again.",
        "Vous pouvez consulter, mais non téléverser. Connectez-vous en tant qu’éditeur, puis renvoyez le fichier.",
    ),
    "not_found": ("There is nothing at this address.", "Il n’y a rien à cette adresse."),
    "failed": (
        "The server could not answer this request. Try again; if it fails again, tell the ledger’s operator when.",
        "Le serveur n’a pas pu répondre à cette demande. Réessayez; si l’échec se répète, dites à l’exploitant du"
        " registre à quel moment.",
    ),
}


def sentence(code: str, accept_language: str, **params: object) -> str:
    """The sentence for ``code`` in French when the reader's first language is French, else in English."""
    french = accept_language.strip().lower().startswith("fr")
    return SENTENCES[code][french].format(**params)


def refusal(scope: Scope, status: int, code: str, **params: object) -> Response:
    """The answer with ``status`` and the sentence for ``code``, in the language of the request."""
    text = sentence(code, Headers(scope=scope).get("accept-language", ""), **params)
    headers = {"cache-control": "no-store", "vary": "Accept-Language"}
    if status in COME_BACK_AFTER_S:
        headers["retry-after"] = str(COME_BACK_AFTER_S[status])
    return PlainTextResponse(text, status, headers)


class ErrorPages:
    """ASGI middleware: when an answer fails, the reader gets a sentence and the log the traceback."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; answer with 500 when that fails before anything was sent."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception:
            log.exception("%s %s failed", scope["method"], scope["path"])
            if started:
                raise
            await refusal(scope, 500, "failed")(scope, receive, send)
