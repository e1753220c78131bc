"""What machines are told: held against the standards' own schemas."""

import io
import json
import re
import zipfile
from contextlib import suppress
from datetime import date, datetime
from urllib.parse import urlsplit

import jsonschema
import pandas as pd
import pytest
from conftest import ROOT
from referencing import Registry, Resource
from test_provenance import ADDRESS, NOBODY, asked

from dashboard import language
from dashboard.charts import all_charts
from dashboard.drawing import draw
from dashboard.web import machine_catalogue
from dashboard.web.api import query
from dashboard.web.request_response import DataRequest
from dashboard.web.share import files, page, view, workbook
from etl.datasets import all_datasets
from etl.export import export_zip

STANDARDS = {path.name: json.loads(path.read_text()) for path in (ROOT / "tests/standards").glob("*.json")}


@pytest.fixture(autouse=True)
def of_this_ledger(ledger, monkeypatch):
    for module in (machine_catalogue, query, files, page, view, workbook):
        monkeypatch.setattr(module, "ledger", lambda: ledger)
    view.ledger_name.cache_clear()
    yield
    language.use("en")


def test_data_json_is_dcat_us():
    answer = asked(machine_catalogue.data_json, "/data.json", {})
    told = json.loads(answer.body)
    catalogue, dataset = STANDARDS["catalog.json"], STANDARDS["dataset-non-federal.json"]
    base = catalogue["id"].rpartition("/")[0]
    named = [(f"{base}/dataset-non-federal.json", Resource.from_contents(dataset))]
    checker = jsonschema.Draft4Validator(catalogue, registry=Registry().with_resources(named))
    assert [error.message for error in checker.iter_errors(told)] == []
    wrong = {**told, "dataset": [{**told["dataset"][0], "accessLevel": "open to all", "title": ""}]}
    assert not checker.is_valid(wrong), "the schema is held against"
    assert [one["identifier"].rpartition("/")[2] for one in told["dataset"]] == list(all_datasets())


def valid(content: bytes) -> dict:
    package = json.loads(content)
    jsonschema.validators.validator_for(STANDARDS["data-package.json"])(STANDARDS["data-package.json"]).validate(
        package
    )
    return package


def test_a_zip_of_a_view_describes_its_table(ledger):
    for name in ("spending-trend", "tariff-rate", "deadlines-timeline"):
        drawing = draw(ledger, name, all_charts()[name].Params(), 1)
        packed = zipfile.ZipFile(io.BytesIO(files.archive(drawing, NOBODY, ADDRESS)))
        (table,) = valid(packed.read("datapackage.json"))["resources"]
        held = pd.read_csv(io.BytesIO(packed.read(table["path"])))
        assert [field["name"] for field in table["schema"]["fields"]] == list(held.columns)


@pytest.mark.slow
def test_a_zip_of_a_release_describes_every_dataset(ledger, tmp_path):
    export_zip(ledger, 1, tmp_path / "ledger.zip", shareable_only=True)
    packed = zipfile.ZipFile(tmp_path / "ledger.zip")
    package = valid(packed.read("datapackage.json"))
    assert [one["name"] for one in package["resources"]] == list(all_datasets())
    for table in package["resources"]:
        head = packed.read(table["path"]).decode().splitlines()[0]
        assert head.split(",") == [field["name"] for field in table["schema"]["fields"]]
    (spending,) = [one for one in package["resources"] if one["name"] == "spending"]
    assert spending["schema"]["primaryKey"] == ["publisher", "edition", "iso3", "year", "measure"]


@pytest.mark.parametrize("spoken", ["en", "fr"])
def test_a_page_holds_its_view_as_a_dataset(spoken):
    request = {"lang": spoken, "countries": "CAN"}
    seen = asked(lambda question: view.shared_view(question, "spending-trend"), "/c/spending-trend", **request)
    html = page.share_page(seen, NOBODY)
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    told = json.loads(block)
    assert "<" not in block and told["@type"] == "Dataset" and told["inLanguage"] == spoken
    assert len(told["description"]) >= machine_catalogue.LEAST_SAID and told["name"].startswith("Canada")
    assert told["distribution"][0]["contentUrl"].endswith(f"release=1&lang={spoken}")
    assert {"NATO"} <= {source["publisher"]["name"] for source in told["isBasedOn"]}


# --- schema.org ----------------------------------------------------------------------------------------------------

VOCABULARY = {one["@id"]: one for one in json.loads((ROOT / "tests/standards/schema-org.jsonld").read_text())["@graph"]}
READ_AS = {  # how a text of a datatype is read; text itself needs no reading
    "schema:Date": date.fromisoformat,
    "schema:DateTime": datetime.fromisoformat,
    "schema:URL": lambda text: urlsplit(text).scheme in ("http", "https") or int(""),
}
PLAIN = {bool: {"schema:Boolean"}, int: {"schema:Number", "schema:Integer"}, float: {"schema:Number", "schema:Float"}}


def named(node: dict, field: str) -> set[str]:
    found = node.get(field, [])
    return {one["@id"] for one in (found if isinstance(found, list) else [found])}


def kinds_of(kind: str) -> set[str]:
    """A type and those above it."""
    node = VOCABULARY.get(kind, {})
    return {kind}.union(*(kinds_of(above) for above in named(node, "rdfs:subClassOf")))


def faults(thing: dict, where: str = "") -> list[str]:
    """What of a thing the vocabulary does not have: its type, a property of that type, a value of the property's range."""
    kind = f"schema:{thing.get('@type')}"
    if kind not in VOCABULARY:
        return [f"{where}: no type {kind}"]
    found = []
    for name, value in ((name, value) for name, value in thing.items() if not name.startswith("@")):
        node, at = VOCABULARY.get(f"schema:{name}"), f"{where}/{name}"
        if node is None or not named(node, "schema:domainIncludes") & kinds_of(kind):
            found.append(f"{at}: no property of {kind}")
            continue
        for one in value if isinstance(value, list) else [value]:
            expected = named(node, "schema:rangeIncludes")
            if isinstance(one, dict):
                fits = kinds_of(f"schema:{one.get('@type')}") & expected
                found += faults(one, at)
            else:
                fits = PLAIN[type(one)] & expected if type(one) in PLAIN else one and fitting(one, expected)
            found += [] if fits else [f"{at}: {one!r} is none of {sorted(expected)}"]
    return found


def fitting(text: str, expected: set[str]) -> bool:
    if "schema:Text" in expected:
        return True
    for kind in expected & READ_AS.keys():
        with suppress(ValueError):
            READ_AS[kind](text)
            return True
    return False


@pytest.mark.parametrize("spoken", ["en", "fr"])
@pytest.mark.parametrize("chart", ["spending-trend", "tariff-rate", "deadlines-timeline"])
def test_a_page_s_dataset_is_in_the_words_of_schema_org(chart, spoken):
    request = DataRequest(f"/c/{chart}", {}, (("lang", spoken),), "https://ledger.example")
    seen = view.shared_view(request, chart)
    html = page.share_page(seen, NOBODY)
    told = json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)[0])
    assert told["@context"] == "https://schema.org" and faults(told) == []


def test_another_word_or_kind_of_value_is_found():
    dataset = {"@type": "Dataset", "name": "a", "dateModified": "2026-11-29T08:00:00+00:00"}
    assert faults(dataset) == []
    wrong = [
        {"colour": "red"}, {"dateModified": "yesterday"}, {"isAccessibleForFree": "yes"}, {"distribution": "a.csv"},
        {"creator": {"@type": "Organisation"}}, {"creator": {"@type": "Organization", "encodingFormat": "text/csv"}},
        {"license": "as you like"}, {"url": ""},
    ]  # fmt: skip
    assert [bool(faults(dataset | one)) for one in wrong] == [True] * len(wrong)
