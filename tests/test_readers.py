"""Every reader of a publisher's files: it says whose they are, and reads its sample into rows that meet their contracts."""

from pathlib import Path

import pytest
from conftest import ROOT

from etl.datasets import all_datasets
from etl.files.read import read_limited
from etl.importing.catalogue import into
from etl.load import check_all
from etl.publishers import all_readers, content_of, read, recognise

SAMPLES = sorted(path for path in (ROOT / "tests" / "readers").rglob("*") if path.is_file())


@pytest.mark.parametrize("reader", all_readers().values(), ids=all_readers())
def test_a_reader_says_whose_figures_they_are(reader):
    assert all((reader.PUBLISHER, reader.NAME, reader.LICENCE, reader.CREDIT.format(title="T")))
    assert reader.DATASET in all_datasets() and (reader.URL is None or reader.URL.startswith("https://"))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: "/".join(path.parts[-2:]))
def test_a_sample_is_read_into_rows_that_meet_their_contracts(path: Path, seeds):
    data = path.read_bytes()
    content = content_of(read_limited(data, path.name), path.name, data)
    module = f"etl.publishers.{path.parent.name}"
    (reader,) = [one for one in all_readers().values() if one.__name__ == module]
    recognised = recognise(content, reader.DATASET)
    assert recognised and recognised.publisher == reader.PUBLISHER
    reading = read(content, seeds["countries"], dataset=reader.DATASET)
    assert [problem.sentence() for problem in reading.problems] == []
    assert reading.title and len(reading.tables[reader.DATASET])
    frames = seeds | into(seeds, reading)
    assert [problem.sentence() for problem in check_all(frames, [*reading.tables, "sources"])] == []


@pytest.mark.parametrize("reader", all_readers().values(), ids=all_readers())
def test_other_files_are_not_taken_for_a_publishers(reader):
    for data in (
        b"",
        b"\x00\xff",
        b"iso3,year,value\nCAN,2025,2\n",
        b"{}",
        b"[]",
        b"[1, 2]",
        b'{"a": [1]}',
        b"<html></html>",
    ):
        assert reader.recognise(content_of([], "file", data)) is None
