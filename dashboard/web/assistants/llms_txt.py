"""`/llms.txt`: what is here, for programs that read texts, made of the same words as the menu and the API's description."""

from __future__ import annotations

from dashboard.language import _, current
from dashboard.links import url
from dashboard.menu import MENU
from dashboard.web.api import openapi, query
from dashboard.web.request_response import DataRequest, DataResponse


def llms_txt(request: DataRequest) -> DataResponse:
    """The text, in Markdown as https://llmstxt.org has it."""
    question = query.read(request, ())
    document, lang = openapi.document(question.snapshot), {"lang": current()}
    pages = [
        f"- [{_(entry.title)}]({request.base}{url('/' if name == 'overview' else f'/{name}', lang)}): {_(entry.question)}"
        for name, entry in MENU.items()
    ]
    addresses = [
        f"- [{path}]({request.base}{path}): {next(iter(item.values()))['summary']}"
        for path, item in document["paths"].items()
        if "{" not in path and "/datasets/" not in path
    ]
    lines = [
        "# Alliance Ledger",
        "",
        f"> {_('Alliance Ledger: what allies spend, what they pledged, what they are charged, and which deadlines decide it.')}",
        "",
        document["info"]["description"],
        _("Assistants ask by the Model Context Protocol at {address}.").format(address=f"{request.base}/mcp"),
        "",
        f"## {_('Pages')}",
        "",
        *pages,
        "",
        f"## {_('The API')}",
        "",
        f"- [OpenAPI]({request.base}/api/v1/openapi.json): {document['info']['title']}",
        *addresses,
    ]
    return DataResponse("\n".join([*lines, ""]).encode(), "text/markdown; charset=utf-8")
