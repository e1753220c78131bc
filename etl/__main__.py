"""The ledger from the command line: `python -m etl <verb>`. Exit code 1 and sentences when something is refused."""

import click

from etl.commands import importing, keep, publish, show, watch

VERBS = (
    publish.load,
    publish.check,
    show.releases,
    show.audit,
    show.diff,
    show.migrations,
    publish.rollback,
    importing.import_file,
    keep.export,
    keep.restore,
    keep.tidy,
    watch.watch,
    keep.compact,
    keep.take_out,
)

cli = click.Group(
    "etl",
    commands=VERBS,
    help=__doc__,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
)


def main(arguments: list[str] | None = None) -> None:
    """Run one verb; raises SystemExit with its code (0 done, 1 refused, 2 not understood)."""
    cli.main(arguments, prog_name="python -m etl")


if __name__ == "__main__":
    main()
