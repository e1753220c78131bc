"""The ledger from the command line: `python -m etl <verb>`. Exit code 1 and sentences when something is refused."""

import importlib

import click

VERBS = {
    "load": "etl.commands.publish:load",
    "check": "etl.commands.publish:check",
    "releases": "etl.commands.show:releases",
    "audit": "etl.commands.show:audit",
    "diff": "etl.commands.show:diff",
    "migrations": "etl.commands.show:migrations",
    "rollback": "etl.commands.publish:rollback",
    "import": "etl.commands.importing:import_file",
    "export": "etl.commands.keep:export",
    "restore": "etl.commands.keep:restore",
    "keep": "etl.commands.keep:keep",
    "tidy": "etl.commands.keep:tidy",
    "watch": "etl.commands.watch:watch",
    "drafts": "etl.commands.drafts:drafts",
    "compact": "etl.commands.keep:compact",
    "take-out": "etl.commands.keep:take_out",
    "key": "etl.commands.prove:key",
    "verify": "etl.commands.prove:verify",
    "alerts": "dashboard.alerts.command:alerts",
    "pack": "dashboard.pack:pack",
    "site": "dashboard.offline.__main__:main",
}
"""Verbs by where they stand, the last ones on the read side: each is looked up when it is asked for, so that loading figures
imports no chart, and asking publishers no reader of people's files."""


class Verbs(click.Group):
    """The verbs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        module, _, name = VERBS[cmd_name].partition(":")
        return getattr(importlib.import_module(module), name)


cli = Verbs("etl", help=__doc__, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})


def main(arguments: list[str] | None = None) -> None:
    """Run one verb; raises SystemExit with its code (0 done, 1 refused, 2 not understood)."""
    cli.main(arguments, prog_name="python -m etl")


if __name__ == "__main__":
    main()
