"""Drafts from the command line: the steps of the Update page, by the same rules."""

import json

import pytest
from test_cli import file_of, run
from test_drafts import ANA, SAID, handed_in, reviewed, with_value  # noqa: F401 - the fixture

from etl.ledger.audit import Audit
from etl.ledger.release import MESSAGES


def said(done) -> str:
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.slow
def test_one_person_lists_shows_completes_and_publishes(few_ledger):
    store, ledger = few_ledger.store, few_ledger
    assert said(run(store, "drafts", "list")) == "There is no open draft.\n"
    draft = ledger.draft(with_value(ledger, 2.5), base=1, author=ANA.name, message="A later figure", extra={})
    key = draft.key[:8]
    assert f"{key}  " in said(run(store, "drafts", "list")) and "A later figure" in said(run(store, "drafts", "list"))
    shown = said(run(store, "drafts", "show", key[:5]))
    for part in (
        f"Draft {key}, open",
        f"/update?draft={draft.key}",
        "fr: not said yet [--message-fr]",
        "spending: 1 changed",
        "2.5",
        "made",
    ):
        assert part in shown
    refused = run(store, "drafts", "approve", key)
    assert refused.exit_code == 1 and "Say why in English and in French" in refused.stderr and ledger.newest() == 1
    said(run(store, "drafts", "change", key, "--message-fr", "Un chiffre plus récent"))
    assert "Published release 2: A later figure" in said(run(store, "drafts", "approve", key))
    assert ledger.releases()[-1].said("fr")[0] == "Un chiffre plus récent"
    gone = run(store, "drafts", "approve", key)
    assert gone.exit_code == 1 and f"There is no open draft {key}" in gone.stderr


@pytest.mark.slow
def test_under_review_nobody_approves_their_own_and_everybody_says_who_they_are(few_ledger, reviewed):  # noqa: F811
    store, ledger = few_ledger.store, few_ledger
    draft = handed_in(ledger)
    key = draft.key[:8]

    def step(verb: str, who: str, *more: str):
        return run(store, "drafts", verb, key, *more, *(["--author", who] if who else []))

    assert "--author" in step("submit", "").stderr and step("submit", "").exit_code == 2
    assert "is not submitted" in step("approve", "bea@example.org").stderr
    assert "is submitted" in said(step("submit", "ana@example.org"))
    own = step("approve", "ANA@example.org")
    assert own.exit_code == 1 and "Somebody else must approve it" in own.stderr
    assert "is open" in said(step("return", "bea@example.org", "--reason", "Which source?"))
    assert "Sent back: Which source?" in said(run(store, "drafts", "show", key))
    said(step("submit", "ana@example.org"))
    assert "Published release 2" in said(step("approve", "bea@example.org"))
    assert ledger.releases()[-1].extra["approved_by"] == "bea@example.org"
    log = Audit(store).entries(ledger.releases())
    refusals = log.loc[log["what"] == "refused", "detail"]
    assert refusals.str.contains(f"approve {key}: Somebody else").any()


@pytest.mark.slow
@pytest.mark.parametrize("verb", ["withdraw", "approve"])
def test_what_was_withdrawn_or_differs_no_more_is_a_sentence(few_ledger, verb):
    draft = few_ledger.draft(with_value(few_ledger, 2.5), base=1, author=ANA.name, message="why", extra=dict(SAID))
    if verb == "withdraw":
        assert "is withdrawn" in said(run(few_ledger.store, "drafts", verb, draft.key, "--reason", "a mistake"))
    else:
        few_ledger.publish(with_value(few_ledger, 2.5), author="bea", message="the same")
        done = run(few_ledger.store, "drafts", verb, draft.key)
        assert done.exit_code == 1 and "Nothing differs" in done.stderr
    assert few_ledger.newest() == (1 if verb == "withdraw" else 2)


@pytest.mark.slow
def test_warnings_are_accepted_with_a_reason_where_another_person_approves(few_ledger, tmp_path, reviewed):  # noqa: F811
    held = few_ledger.current()["spending"]
    row = held[(held["iso3"] == "CAN") & (held["measure"] == "share_of_gdp_pct")].iloc[-1]
    file = file_of(tmp_path, f"{row.publisher},{row.edition},CAN,{row.year},share_of_gdp_pct,9.5\n")
    command = ["import", file, "--source", row.source_id, "--message", "x", "--author", "ana@example.org"]
    told = run(few_ledger.store, *command).stderr
    names = [
        line.split("[--accept ")[1].rstrip("]").split(",")[0] for line in told.splitlines() if "[--accept " in line
    ]
    assert names
    bare = run(few_ledger.store, *command, *[part for name in names for part in ("--accept", name)])
    assert bare.exit_code == 1 and "needs a reason: another editor approves it" in bare.stderr
    mapping = tmp_path / "choices.json"
    reasons = [part for name in dict.fromkeys(names) for part in ("--accept", f"{name}=As the treaty = says")]
    said(run(few_ledger.store, *command, *reasons, "--save-mapping", str(mapping)))
    (draft,) = few_ledger.drafts.open_ones()
    assert {one.reason for one in draft.content.warnings} == {"As the treaty = says"}
    assert (
        draft.content.extra.get(MESSAGES) is None
        and json.loads(mapping.read_text())["accept"][0][1] == "As the treaty = says"
    )
    again = run(few_ledger.store, *command, "--mapping", str(mapping))
    assert again.exit_code == 0 and draft.key[:8] in again.stdout, "the same draft, by the choices that were saved"
    wrong = run(
        few_ledger.store, "drafts", "change", draft.key[:8], "--accept", "nothing=x", "--author", "ana@example.org"
    )
    assert wrong.exit_code == 1 and "nothing of that name is told" in wrong.stderr
