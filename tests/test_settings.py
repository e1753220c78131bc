"""What an operator may set: read in one module, told in the papers, and refused with a sentence when it is wrong."""

import ast
import re
from pathlib import Path

import pytest
from test_architecture import FILES, ROOT

from etl.settings import Settings, settings, variable

PASSED_ON = {
    "etl/files/read.py",  # what a child process may know of the environment
    "etl/ledger/store.py",  # a time limit for libpq, which has no other way to be told
}


@pytest.mark.slow
def test_no_other_module_reads_the_environment():
    touching = {
        str(path.relative_to(ROOT))
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if {getattr(node, "attr", ""), getattr(node, "id", "")} & {"environ", "environb", "getenv"}
    }
    assert touching - PASSED_ON == {"etl/settings/__init__.py"}


@pytest.mark.parametrize("field", Settings.model_fields)
def test_a_setting_stands_in_the_papers(field):
    assert f"`{variable(field)}`" in (ROOT / "README.md").read_text()
    example = (ROOT / ".env.example").read_text()
    assert f"# {Settings.model_fields[field].description}\n#{variable(field)}=" in example


@pytest.mark.parametrize("paper", ["README.md", ".env.example", "Makefile"])
def test_the_papers_name_no_setting_that_there_is_not(paper):
    named = set(re.findall(r"\bLEDGER_[A-Z_]*[A-Z]\b(?!_?\*)", (ROOT / paper).read_text()))
    assert named <= {variable(field) for field in Settings.model_fields}


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("LEDGER_CATALOG", "mysql://user:secret@host", "LEDGER_CATALOG is wrong: give sqlite:PATH or postgres:"),
        ("LEDGER_UPLOAD_FILE_MIB", "many", "LEDGER_UPLOAD_FILE_MIB is “many”: give a whole number of mebibytes"),
        ("LEDGER_UPLOAD_SESSION_MIB", "1.5", "LEDGER_UPLOAD_SESSION_MIB is “1.5”"),
        ("LEDGER_UPLOAD_SERVER_MIB", "0", "LEDGER_UPLOAD_SERVER_MIB is “0”"),
        ("LEDGER_PICTURES_MIB", "-1", "LEDGER_PICTURES_MIB is “-1”"),
        ("LEDGER_DRAW_AT_START", "perhaps", "LEDGER_DRAW_AT_START is “perhaps”: give yes or no"),
        ("LEDGER_PUBLIC_URL", "ledger.example", "LEDGER_PUBLIC_URL is “ledger.example”: give whole addresses"),
        ("LEDGER_PUBLIC_URL", "https://a.example, https://b.example/sub", "is “https://b.example/sub”: give"),
        ("LEDGER_EMBED_HOSTS", "https://a.example; https://b.example", "LEDGER_EMBED_HOSTS is “https://a.example;”"),
        ("LEDGER_SIGN_IN_HOURS", "0", "LEDGER_SIGN_IN_HOURS is “0”: give hours, more than 0"),
        ("LEDGER_SIGN_IN_HOURS", "nan", "LEDGER_SIGN_IN_HOURS is “nan”"),
        ("LEDGER_METRICS_TOKEN", "secret@", "LEDGER_METRICS_TOKEN is wrong: give 16 random characters or more"),
        ("LEDGER_SIGNING_KEY", "nowhere.pem", "LEDGER_SIGNING_KEY is “nowhere.pem”: give the path of a key"),
        ("LEDGER_LOG", "xml", "LEDGER_LOG is “xml”: give text or json"),
        ("LEDGER_VIEWER", "signed-in", "There is no setting LEDGER_VIEWER: did you mean LEDGER_VIEWERS?"),
        ("LEDGER_OIDC_CLIENT_ID", "ledger", "Sign-in needs LEDGER_OIDC_METADATA_URL, LEDGER_OIDC_CLIENT_SECRET"),
    ],
)
def test_a_wrong_value_ends_the_program_with_a_sentence_that_names_it(name, value, sentence, monkeypatch):
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as stop:
        settings()
    assert sentence in str(stop.value)
    assert "secret@" not in str(stop.value)


def test_all_that_is_wrong_is_said_at_once(monkeypatch):
    monkeypatch.setenv("LEDGER_UPLOAD_FILE_MIB", "many")
    monkeypatch.setenv("LEDGER_PICTURES_MIB", "few")
    with pytest.raises(SystemExit) as stop:
        settings()
    assert str(stop.value).count("\n") == 1


def test_a_setting_counts_at_once_and_an_empty_one_not_at_all(monkeypatch):
    for name in [variable(field) for field in Settings.model_fields]:
        monkeypatch.delenv(name, raising=False)
    plain = settings()
    monkeypatch.setenv("LEDGER_PUBLIC_URL", " https://Ledger.example/, https://other.example:8443")
    monkeypatch.setenv("LEDGER_UPLOAD_FILE_MIB", " ")
    monkeypatch.setenv("LEDGER_DRAW_AT_START", "no")
    monkeypatch.setenv("LEDGER_SERVICE_PORT", "tcp://10.0.0.1")  # as a container's platform may set it
    now = settings()
    assert now.public_url == ("https://ledger.example", "https://other.example:8443")
    assert (now.upload_file_mib, plain.draw_at_start, now.draw_at_start) == (25, True, False)
    monkeypatch.undo()
    assert Path(settings().cache_path).is_absolute()
