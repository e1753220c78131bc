"""The ledger from the command line: `python -m etl <verb>`. Exit code 1 and sentences when something is refused."""

import importlib

import click

from etl.commands import drafts, importing, keep, prove, publish, show, watch

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
    keep.keep,
    keep.tidy,
    watch.watch,
    drafts.drafts,
    keep.compact,
    keep.take_out,
    prove.key,
    prove.verify,
)

DRAWN = {
    "alerts": "dashboard.alerts.command:alerts",
    "pack": "dashboard.pack:pack",
    "site": "dashboard.offline.__main__:main",
}
"""Verbs of the read side, by where they stand: looked up when they are asked for, so that loading figures imports no chart."""


class Verbs(click.Group):
    """The verbs, with those that are drawn."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *DRAWN])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in DRAWN:
            return super().get_command(ctx, cmd_name)
        module, _, name = DRAWN[cmd_name].partition(":")
        return getattr(importlib.import_module(module), name)


cli = Verbs(
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
