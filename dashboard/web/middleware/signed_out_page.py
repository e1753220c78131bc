"""The page for who is not signed in, or signed in and not allowed: one sentence and one way on."""

from html import escape

from dashboard import language

PAGE = """<!doctype html>
<html lang="{language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Alliance Ledger</title>
<style>
:root {{ color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }}
body {{ max-width: 34rem; margin: 20vh auto 0; padding: 0 1.5rem; }}
a {{ color: light-dark(#0072B2, #56B4E9); }}
</style></head>
<body><h1>Alliance Ledger</h1><p>{text}</p><p><a href="{href}">{way_on}</a></p></body>
</html>
"""


def signed_out_page(text: str, href: str, way_on: str) -> str:
    """HTML in the current language; `href` is a path of this server."""
    return PAGE.format(language=language.current(), text=escape(text), href=escape(href), way_on=escape(way_on))
