"""Make a briefing of views: `python -m etl pack LINKS... -o note.docx`, for who makes one every week.

A link without a release is taken at the newest.
"""

import sys
from pathlib import Path

import click

from dashboard import briefing, language, links
from dashboard.web.pack.endpoints import FORMS, made, read
from dashboard.web.problem_details import ApiProblem
from dashboard.web.request_response import DataRequest
from dashboard.web.share.browser import NoBrowser
from dashboard.web.share.images import Pictures
from etl.ledger.errors import LedgerUnavailable

PATIENCE_S = 600.0  # for all pictures together: nobody waits


@click.command(help=__doc__.partition("\n")[0])
@click.argument("views", nargs=-1, required=True, metavar="LINKS...")
@click.option(
    "-o", "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help=f"The file: {', '.join(FORMS)}."
)
@click.option("--languages", type=click.Choice(list(briefing.SPOKEN)), default="en", show_default=True)
@click.option("--title", default="", help="What it is called.")
@click.option("--since", default="", help="The release to compare with; the one before each view's own by default.")
@click.option(
    "--base",
    default="http://localhost:8501",
    show_default=True,
    help="Where the ledger is read, without LEDGER_PUBLIC_URL.",
)
def pack(views: tuple[str, ...], out: Path, **said: str) -> None:
    form = out.suffix.lstrip(".").lower()
    if form not in FORMS:
        raise click.ClickException(f"{out.name}: a briefing can be {', '.join(FORMS)}.")
    base = links.public_base(said.pop("base"))
    query = (*said.items(), *(("view", link) for link in views))
    pictures = Pictures()
    try:
        with language.spoken(briefing.SPOKEN[said["languages"]][0]):
            asked, spoken = read(DataRequest(briefing.PATH, {}, query, base))
            content, whole = made(form, asked, spoken, pictures, PATIENCE_S)
    except (ApiProblem, LedgerUnavailable) as refused:
        raise click.ClickException(str(refused)) from None
    except NoBrowser as reason:
        sentence = f"A PDF is made with Chromium, which is not there or does not start: {reason}"
        raise click.ClickException(sentence) from None
    finally:
        pictures.browser.close()
    out.write_bytes(content)
    if not whole:
        click.echo(f"{out}: some pictures could not be made; the file says where.", err=True)


if __name__ == "__main__":
    sys.exit(pack())
