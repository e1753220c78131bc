"""What the guard says when it refuses a request: one sentence on what happened, one on what to do.

The guard answers before any page, session or catalogue is looked at, so its few sentences are kept here in both
languages of the product.
"""

from __future__ import annotations

from starlette.types import Receive, Scope, Send

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


def header(scope: Scope, name: bytes) -> str:
    """The first value of a request header, or an empty string. ``name`` is in lower case."""
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


async def refuse(scope: Scope, receive: Receive, send: Send, status: int, code: str, **params: object) -> None:
    """Answer an HTTP request with ``status`` and the sentence for ``code``."""
    body = sentence(code, header(scope, b"accept-language"), **params).encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"vary", b"Accept-Language"),
    ]
    if status == 429:
        headers.append((b"retry-after", b"60"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
