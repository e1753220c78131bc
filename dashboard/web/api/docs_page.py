"""`/api/v1`: the OpenAPI document as a page for people. Plain HTML from the server: no script, nothing from elsewhere."""

from __future__ import annotations

from html import escape
from typing import Any

from dashboard.language import LANGUAGES, _, current
from dashboard.web.api import openapi, query
from dashboard.web.problem_details import TITLES
from dashboard.web.request_response import DataRequest, DataResponse

NAMES = {"en": "English", "fr": "Français"}
EXAMPLES = (
    "/api/v1/find?q=who+is+below+2+%25+in+2025",
    "/api/v1/check?text=Canada+spent+1.76+%25+of+GDP+on+defence+in+2025",
    "/api/v1/datasets/spending.csv?edition=2026-07&measure=share_of_gdp_pct&iso3=CAN,DNK",
    "/c/spending-trend.csv?countries=CAN,USA&measure=share_of_gdp_pct",
    "/api/v1/tariffs/rate?product=softwood-lumber&origin=CAN&company=Canfor&on=2025-12-01&known=2025-12-01&usmca=no",
    "/api/v1/tariffs/rate?hs=7308.90.30&origin=CAN&on=2026-10-01&known=2026-10-10&usmca=yes",
    "/api/v1/tariffs/rate?product=steel&on=2026-10-01&known=2026-10-10&whatif=US-232-METALS-2026:rate=25",
    "/changes.atom?product=softwood-lumber&origin=CAN", "/api/v1/deadlines?topic=cusma", "/api/v1/releases",
)  # fmt: skip
CODES_SHOWN = 40
STYLE = """
:root { color-scheme: light dark; --ink: #1F2328; --paper: #FFFFFF; --pale: #F6F8FA; --line: #D0D7DE; --link: #0060A0; }
@media (prefers-color-scheme: dark) { :root { --ink: #E6EDF3; --paper: #0E1117; --pale: #1B212A; --line: #3D444D; --link: #56B4E9; } }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; color: var(--ink); background: var(--paper);
  font: 1rem/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif; }
a { color: var(--link); } code { overflow-wrap: anywhere; background: var(--pale); padding: 0 .2em; }
nav a { margin-right: 1rem; } summary { cursor: pointer; padding: .5rem 0; } details { border-top: 1px solid var(--line); }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0;
  border-bottom: 1px solid var(--line); overflow-wrap: anywhere; } th:first-child { width: 11rem; }
@media (max-width: 40rem) { th, td { display: block; width: auto !important; border: 0; padding: .1rem 0; } thead { display: none; }
  tr { display: block; border-bottom: 1px solid var(--line); padding: .4rem 0; } }
"""


def manual(request: DataRequest) -> DataResponse:
    """The page, in the language of the question or of the browser."""
    question = query.read(request, ())
    document = openapi.document(question.snapshot)
    info = document["info"]
    others = "".join(
        f'<a href="/api/v1?lang={code}" hreflang="{code}" lang="{code}">{NAMES[code]}</a>'
        for code in LANGUAGES
        if code != current()
    )
    examples = "".join(f'<li><a href="{escape(link)}"><code>{escape(link)}</code></a></li>' for link in EXAMPLES)
    page = f"""<!doctype html>
<html lang="{current()}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(info["title"])}</title><style>{STYLE}</style></head><body>
<header><nav aria-label="{escape(_("Pages"))}"><a href="/?lang={current()}">Alliance Ledger</a>{others}<a href="/api/v1/openapi.json?lang={current()}">OpenAPI</a></nav>
<h1>{escape(info["title"])}</h1><p>{escape(info["description"])}</p></header>
<main><h2>{escape(_("Examples"))}</h2><ul>{examples}</ul>
{"".join(_part(tag, document) for tag in document["tags"])}
{_problems()}</main></body></html>"""
    return DataResponse(page.encode(), "text/html; charset=utf-8", (("content-language", current()),))


def _part(tag: dict[str, str], document: dict[str, Any]) -> str:
    """The addresses of a tag; those that differ in the form only stand together."""
    forms: dict[str, list[str]] = {}
    operations: dict[str, dict[str, Any]] = {}
    for path, item in document["paths"].items():
        method, operation = next(iter(item.items()))
        if tag["name"] in operation["tags"]:
            stem = path.rpartition(".")[0] or path
            forms.setdefault(stem, []).append(path)
            operations.setdefault(stem, operation | {"method": method.upper()})
    shown = "".join(_address(paths, operations[stem]) for stem, paths in forms.items())
    return f'<section><h2 id="{tag["name"]}">{escape(tag["description"])}</h2>{shown}</section>'


def _address(paths: list[str], operation: dict[str, Any]) -> str:
    rows = "".join(_parameter(parameter) for parameter in operation["parameters"])
    head = f"<thead><tr><th scope='col'>{escape(_('Parameter'))}</th><th scope='col'>{escape(_('Meaning and values'))}</th></tr></thead>"
    words = f"<p>{escape(operation['description'])}</p>" if "description" in operation else ""
    others = "".join(f" <code>.{escape(path.rpartition('.')[2])}</code>" for path in paths[1:])
    posted = f" <b>{operation['method']}</b>" if operation["method"] != "GET" else ""
    summary = operation["summary"].removesuffix(f" ({paths[0].rpartition('.')[2]})")
    return (
        f'<details id="op-{escape(operation["operationId"])}">'
        f"<summary><code>{escape(paths[0])}</code>{posted}{others} {escape(summary)}</summary>"
        f"{words}<table>{head}<tbody>{rows}</tbody></table></details>"
    )


def _parameter(parameter: dict[str, Any]) -> str:
    schema = parameter["schema"]
    many, schema = schema.get("type") == "array", schema.get("items", schema)
    codes = [str(code) for code in schema.get("enum", [])]
    values = ", ".join(codes[:CODES_SHOWN]) + (" …" if len(codes) > CODES_SHOWN else "")
    bounds = [schema["description"]] if "description" in schema else []
    bounds += [f"{key} {schema[key]}" for key in ("format", "minimum", "maximum") if key in schema]
    if "default" in schema:
        bounds.append(_("without it: {value}").format(value=schema["default"]))
    if many:
        bounds.append(_("several by commas"))
    texts = [parameter.get("description", ""), "; ".join(bounds)]
    words = " · ".join(escape(text) for text in texts if text) + (
        f"<br><code>{escape(values)}</code>" if values else ""
    )
    return f"<tr><th scope='row'><code>{escape(parameter['name'])}</code></th><td>{words}</td></tr>"


def _problems() -> str:
    rows = "".join(f'<li id="{kind}"><code>{kind}</code> {escape(_(title))}</li>' for kind, title in TITLES.items())
    return f"<section><h2>{escape(_('Problems'))}</h2><ul>{rows}</ul></section>"
