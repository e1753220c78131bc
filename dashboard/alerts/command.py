"""Send alerts that are due: `python -m etl alerts`, once or `--every 5m`, beside the app."""

import sys

import click

from dashboard.alerts.deliver import deliver
from dashboard.alerts.sending import channels
from dashboard.auth import identity
from dashboard.ledger import ledger, subscriptions
from etl.commands import verb
from etl.commands.repeat import every_option, repeated

LEAST_S = 60


@verb(help="Send what alerts have to tell: by e-mail and to programs, where the settings allow it.")
@every_option(LEAST_S, "5m", "5m, 1h, 1d")
def alerts(every: int | None) -> None:
    identity.set_up()  # who may look decides who is told
    if not channels():
        click.echo("Nothing is sent: set LEDGER_SMTP_URL and LEDGER_SMTP_FROM, or LEDGER_WEBHOOKS.", err=True)
    repeated(_send, every)


def _send() -> None:
    for one in deliver(ledger(), subscriptions()):
        click.echo(f"{one.channel:<8}  {one.told:<14}  {one.why or 'sent'}")


if __name__ == "__main__":
    sys.exit(alerts())
