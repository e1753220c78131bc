"""Write a release as plain pages to take along: `python -m etl site OUT`. Exit code 1 and a sentence when it can not."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from dashboard import links
from dashboard.charts import all_charts
from dashboard.ledger import ledger
from dashboard.offline.build import NotEmpty, build
from dashboard.offline.view import Edition
from dashboard.sections.overview import HomeParams
from dashboard.web.share.browser import NoBrowser
from dashboard.web.share.images import Pictures
from etl.ledger.errors import LedgerUnavailable
from etl.ledger.release import NoSuchRelease


def told(charts: Iterable[str]) -> Iterator[str]:
    """The charts, each named while it is drawn."""
    for chart in charts:
        click.echo(chart)
        yield chart


@click.command(help=__doc__)
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@click.option("--release", type=int, help="Which release; the newest unless it is said.")
@click.option(
    "--home", default=HomeParams().home, show_default=True, help="The country that charts begin with (ISO code)."
)
@click.option(
    "--chart",
    "charts",
    multiple=True,
    type=click.Choice(list(all_charts())),
    help="Only this chart; may be said again.",
)
def main(out: Path, release: int | None, home: str, charts: tuple[str, ...]) -> None:
    """Write the edition, and say where."""
    pictures = Pictures()
    try:
        number = ledger().release(release or ledger().newest()).number
        if home not in links.choices_of(HomeParams)["home"].codes(ledger().at(number)):
            raise click.ClickException(f"There is no country {home!r} here.")
        edition = Edition(number, home, links.public_base(""), charts or tuple(all_charts()))
        made = build(out, edition, pictures, told)
    except NoSuchRelease:
        raise click.ClickException("There is no such release.") from None
    except NotEmpty:
        raise click.ClickException(f"{out} is not empty: name a new folder.") from None
    except NoBrowser:
        raise click.ClickException("Pictures need Chromium: install it (Debian: apt-get install chromium).") from None
    except LedgerUnavailable as error:
        raise click.ClickException(str(error)) from None
    finally:
        pictures.browser.close()
    click.echo(f"Release {number}: {out} and {made}")


if __name__ == "__main__":
    main()
