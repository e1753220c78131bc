"""Send alerts that are due: `python -m etl alerts`, once or `--every 5m`, beside the app."""

import sys
import time

import click

from dashboard.alerts.deliver import deliver
from dashboard.alerts.sending import channels
from dashboard.ledger import ledger, subscriptions
from etl.commands import verb
from etl.commands.watch import interval
from etl.ledger.errors import LedgerUnavailable

LEAST_S = 60


@verb(help="Send what alerts have to tell: by e-mail and to programs, where the settings allow it.")
@click.option("--every", type=interval(LEAST_S), metavar="5m", help="go on for ever, with so long a pause (5m, 1h, 1d)")
def alerts(every: int | None) -> None:
    if not channels():
        click.echo("Nothing is sent: set LEDGER_SMTP_URL and LEDGER_SMTP_FROM, or LEDGER_WEBHOOKS.", err=True)
    while True:
        try:
            for one in deliver(ledger(), subscriptions()):
                click.echo(f"{one.channel:<8}  {one.told:<14}  {one.why or 'sent'}")
        except LedgerUnavailable as error:
            if not every:
                raise
            click.echo(f"{error}", err=True)  # it may be there again the next time
        if not every:
            return
        time.sleep(every)


if __name__ == "__main__":
    sys.exit(alerts())
