"""What Streamlit is wrapped in: what happens at start and at the end, and the layers in front of the pages."""

import logging
from collections.abc import Sequence

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from dashboard.alerts.deliver import deliver
from dashboard.auth import identity, permission
from dashboard.charts import all_charts
from dashboard.drawing import draw
from dashboard.language import LANGUAGES, _, catalogue
from dashboard.ledger import ledger, subscriptions
from dashboard.page import escaped
from dashboard.streamlit_internals import keep_answers, uploaded_bytes
from dashboard.web.lifespan import following, warm_lifespan
from dashboard.web.middleware.draft_door import DraftDoor
from dashboard.web.middleware.guards import guards
from dashboard.web.middleware.observing import Observing
from dashboard.web.middleware.sign_in import SignInLayer, may_upload
from dashboard.web.middleware.static_files import Compression
from dashboard.web.request_log import set_up_logs
from dashboard.web.share.endpoints import pictures
from etl.ledger.descriptors import keep_reserve
from etl.ledger.errors import LedgerUnavailable
from etl.ledger.in_progress import wait_for_writes
from etl.ledger.modes import keep_private
from etl.ledger.store import Store
from etl.settings import settings

log = logging.getLogger(__name__)

PUBLISH_PATIENCE_S = 40.0  # longer than a write tries for; less than what a supervisor gives before it kills


def prepare() -> None:
    """Import all that pages use and draw every chart once, so that no reader is the first."""
    set_up_logs(settings().log)  # again: a server that was made since may have set its own
    keep_answers()
    for language in LANGUAGES:
        catalogue(language)
    newest = _newest_at_start()
    if permission.trusts_this_machine():
        if settings().log == "json":  # no secret in a log
            log.info("To change figures, set LEDGER_EDIT_TOKEN and open /edit?token= with it on this machine.")
        else:  # for who started the server
            print(f"\n  To change figures, open {permission.edit_address()}\n", flush=True)
    if not settings().draw_at_start:
        return
    for chart in all_charts().values() if newest else ():
        try:
            draw(ledger(), chart.id, chart.Params(), newest)
        except Exception:  # a chart that can't be drawn must not keep the others from being served
            log.exception("can't draw %s", chart.id)


def _newest_at_start() -> int:
    """The newest release. Without one the log says which it is: nothing was ever published, or the ledger is not there."""
    keep_reserve()
    keep_private()
    ledger().store.close_to_others()
    try:
        newest = ledger().newest()
    except LedgerUnavailable as unavailable:  # it may come back: pages and the health check say so until then
        log.error("%s", unavailable)
        return 0
    if not newest:
        log.warning(
            "Nothing was ever published at %s. If a ledger should be there, check LEDGER_CATALOG, LEDGER_DATA_PATH and "
            "that their disks are mounted; “make load” starts a new one.",
            ledger().store.place,
        )
    return newest


def on_script_error(error: Exception) -> bool:
    """A page failed: the reader gets a sentence, the log the details."""
    log.error("a page failed", exc_info=error)
    sentence = _("Something went wrong on this page and has been logged. Open it again, or start from the Overview.")
    if isinstance(error, LedgerUnavailable):  # which release, what to do: nothing in it is secret
        sentence = error.sentence(_)
    st.error(escaped(sentence), icon=":material/error:")
    return True


def finish() -> None:
    """Let a publish finish, and end the browser that makes pictures: neither it nor its files outlive the server."""
    if not wait_for_writes(PUBLISH_PATIENCE_S):
        log.error("a publish was still going on after %g s and is broken off: it is in no release", PUBLISH_PATIENCE_S)
    pictures().browser.close()


def tell() -> None:
    """Send what alerts have to tell of a new release; what fails is tried again by `python -m etl alerts`."""
    try:
        for one in deliver(ledger(), subscriptions()):
            log.info("alert by %s, %s: %s", one.channel, one.told, one.why or "sent")
    except Exception:
        log.exception("alerts could not be sent")


lifespan = following(warm_lifespan(prepare, finish), lambda: ledger().newest(), tell)


def middleware(routes: Sequence[BaseRoute]) -> list[Middleware]:
    """The layers around these routes, the outermost first. Settings that can not work stop the start here."""
    if refused := Store.from_environment().another_users():
        raise SystemExit(refused)
    set_up_logs(settings().log)
    identity.set_up()
    permission.roles()
    return [
        Middleware(Observing, routes=routes),
        *guards(settings(), uploaded_bytes, may_upload),
        Middleware(SignInLayer),
        Middleware(DraftDoor),
        Middleware(Compression, pages=(), cache=settings().cache_path / "static"),
    ]
