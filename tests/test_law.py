"""Law read into fields: right or open, never wrong on the documents at hand; each field at its place in the kept file."""

import json

import pandas as pd
import pytest
import yaml
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from bench import law as score
from etl.importing.catalogue import into
from etl.importing.law import completed, placed
from etl.importing.law_lines import DEPENDS, drafted
from etl.importing.lines import settled
from etl.load import check_all
from etl.publishers import Content, federal_register, usitc, usitc_lines
from etl.publishers.law.clauses import clauses_of
from etl.publishers.law.document import read_document
from etl.publishers.law.goods import named_in
from etl.publishers.law.origins import origins_in
from etl.publishers.law.rates import Rate, of_schedule, of_sentence
from etl.publishers.law.schedule import changes, headings_of
from etl.publishers.law.text import Text, day_of

CASES = ROOT / "tests" / "law"
DOCUMENTS = sorted(CASES.glob("*.txt"))
BASE = "The duty provided in the applicable subheading"


@pytest.mark.slow
def test_no_field_of_the_documents_and_headings_at_hand_is_wrong():
    wrong = [one for _name, one in score.documents() if one[0] == score.WRONG]
    wrong += [one for one in (*score.of_headings(), *score.of_measures(), *score.of_seeded()) if one[0] == score.WRONG]
    right = sum(one[0] == score.RIGHT for _name, one in score.documents())
    assert wrong == [] and right >= 300


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_each_field_stands_in_the_kept_file_at_its_place_and_the_rows_meet_their_contracts(path, seeds):
    raw = path.read_text(encoding="utf-8")
    reading = placed(seeds, federal_register.read(Content(path.name, raw.encode()), seeds["countries"]))
    assert not reading.problems and reading.evidence
    for one in reading.evidence:
        assert bool(one.value) == (one.certainty != "open")
        assert not one.value or raw[one.offset :].startswith(one.words.split()[0]), one
    problems = check_all(seeds | into(seeds, reading), [*reading.tables, "sources"])
    assert [one.sentence() for one in problems] == []


@pytest.mark.parametrize(
    ("rate", "description", "read"),
    [
        (f"{BASE} + 10%", "", Rate(10, "additional")),
        ("The duty  provided in  the applicable  subheading +  100%", "", Rate(100, "additional")),
        (f"{BASE} plus 7.5%", "", Rate(7.5, "additional")),
        (BASE, "", Rate(0, "additional")),
        ("No change", "", Rate(0, "additional")),
        ("Free", "", Rate(0, "total")),
        ("100%", "", Rate(100, "total")),
        ("10%", "with a rate of duty under column 1 less than 10 percent", Rate(10, "total_floor")),
        (BASE, "rate of duty under column 1 equal to or greater than 15 percent", Rate(15, "total_floor")),
        (f"{BASE} + a duty of 50% upon the value of the copper content", "", Rate(None, None)),
        ("$1.50/kg", "", Rate(None, None)),
        ("", "", Rate(None, None)),
    ],
)
def test_a_rate_of_the_schedule_is_read_with_its_kind_or_not_at_all(rate, description, read):
    assert of_schedule(rate, description) == read


@pytest.mark.parametrize(
    ("sentence", "read"),
    [
        ("shall be subject to an additional 25 percent ad valorem rate of duty.", Rate(25, "additional")),
        ("shall be subject to a 25 percent tariff.", Rate(25, None)),
        ("duties of 25 percent shall instead be an additional duty of 35 percent.", Rate(35, "additional")),
        ("from an additional 25 percent ad valorem to an additional 50 percent ad valorem are raised", Rate(50, "additional")),
        ("shall not result in a tariff that, when added to the applicable Column 1 Duty Rate, exceeds 15 percent.", Rate(15, "total_floor")),
        ("certain products are excluded from importation into the United States.", Rate(None, "ban")),
        ("the Secretary may increase the additional rate of duty to an additional duty of 50 percent.", None),
        ("whether imposing an additional duty of 15 percent is warranted shall be told.", None),
        ("If CBP so determines, the additional duty of 25 percent shall apply.", None),
        ("imports shall on May 3, 2025, be subject to an additional 25 percent tariff.", Rate(25, "additional")),
        ("In addition, the 25 percent tariff shall be applied retroactively to all automobiles.", None),
        ("rates of duty for articles of the United Kingdom that would otherwise be applicable shall remain at 25 percent.", Rate(25, None)),
        ("Cars that would otherwise be subject to a 25 percent tariff shall instead be subject to a 7.5 percent tariff, in addition to the rate of 2.5 percent, for a combined tariff of 10 percent.", Rate(10, "total")),
        ("Parts shall instead be subject to a total tariff of 10 percent (including any most-favored-nation tariffs).", Rate(10, "total")),
        ("will remain subject to the 50 percent duty rate established by Proclamation 11046.", None),
        ("shall be subject to a 25 percent tariff, except for buses, which shall be subject to a 10 percent tariff.", Rate(None, None)),
    ],
)  # fmt: skip
def test_a_rate_is_taken_from_a_sentence_only_where_it_sets_one(sentence, read):
    found = of_sentence(sentence, beside_others=False)
    assert (found and found[0]) == read


@pytest.mark.parametrize(
    ("days", "read"),
    [
        ("on April 3, 2025, for automobiles, and on May 3, 2025, for automobile parts", ["automobiles 2025-04-03", "automobile parts 2025-05-03"]),
        ("on April 3, 2025, for automobiles, and on the date of a notice for automobile parts, but no later than May 3, 2025", ["automobiles 2025-04-03", "automobile parts "]),
        ("on April 3, 2025, for automobiles", ["all imports listed in Annex I "]),  # the rest has no day
        ("on April 3, 2025, for the first time", ["all imports listed in Annex I 2025-04-03"]),
    ],
)  # fmt: skip
def test_a_day_said_of_some_goods_is_that_of_those_alone(days, read):
    words = "Proclamation 10908 of March 26, 2025 Adjusting Imports By the authority of section 232 do hereby proclaim as follows: "
    clause = "(1) all imports listed in Annex I shall be subject to an additional 25 percent tariff with respect to goods entered for"
    document = read_document(
        f"{words}{clause} consumption or withdrawn from warehouse for consumption, on or after 12:01 a.m. eastern time {days}."
    )
    assert [f"{one.value('product')} {one.value('effective')}" for one in clauses_of(document, "s232")] == read


@pytest.mark.parametrize(
    ("sentence", "codes"),
    [
        ("articles the product of Türkiye, as provided", ["TUR"]),
        ("products of Canada and Mexico shall", ["CAN", "MEX"]),
        ("products of Japan, the Republic of Korea, Taiwan, or a member nation of the European Union, the", ["JPN", "KOR", "TWN", "EU27"]),
        ("articles the product of any country", ["WLD"]),
        ("25 percent for United Kingdom products, the aluminum content of which", ["GBR"]),
        ("products of Canada, Freedonia, and Mexico shall", []),  # a list that is not read to its end is left open
        ("the Government of Canada fails", []),
        ("articles of the United States", []),
    ],
)  # fmt: skip
def test_origins_are_those_the_goods_are_said_to_come_from(sentence, codes):
    assert [code for code, _start, _end in origins_in(sentence)] == codes


@given(
    st.lists(
        st.sampled_from(["a", "Sec. 2.", " ", "\n", "[[Page 12]]", "<br>", "9903.01.10", "é", "  \n "]), max_size=30
    )
)
def test_every_place_of_the_flat_text_leads_back_to_the_same_letter(pieces):
    raw = "".join(pieces)
    text = Text.of(raw)
    for place, letter in enumerate(text.flat):
        assert letter == " " or raw[text.offset(place)] == letter
    ends = [*text.sentences(0, len(text.flat))]
    assert all(start < end for start, end in ends)


@given(st.text(max_size=400))
def test_any_text_is_read_without_an_error_and_says_nothing_it_does_not_hold(raw):
    read = read_document(raw)
    assert all(one.value == "" or one.words for one in read.fields)
    assert of_schedule(raw).pct is None or any(letter.isdigit() for letter in raw) or raw.strip()


def test_days_are_read_as_the_register_writes_them():
    assert [str(day_of(one)) for one in ("August 6, 2025", "8-5-25", "8/5/2025", "soon")] == [
        "2025-08-06",
        "2025-08-05",
        "2025-08-05",
        "None",
    ]


def headings(**rates: str) -> bytes:
    rows = [
        {"htsno": f"9903.05.{number[1:]}", "description": f"Goods {number}", "general": rate}
        for number, rate in rates.items()
    ]
    return json.dumps([{"htsno": "9903", "general": ""}, *rows]).encode()


def test_revisions_differ_by_headings_and_not_by_spaces():
    before = headings(n01=f"{BASE} + 10%", n02="Free", n03="Free", n04="Free")
    now = headings(n01="The duty  provided in the applicable subheading + 10%", n02="5%", n04="Free", n05="Free")
    now = now.replace(b"Goods n04", b"Goods n04 [Compiler's note: provision terminated.]")
    found = changes(headings_of(before), headings_of(now))
    assert [(one.what, one.heading.number[-2:]) for one in found] == [
        ("changed", "02"),
        ("ended", "03"),
        ("ended", "04"),
        ("added", "05"),
    ]
    with pytest.raises(ValueError, match="most headings"):
        changes(headings_of(before), headings_of(headings(n09="Free")))
    with pytest.raises(ValueError, match="twice"):
        headings_of(json.dumps(json.loads(before) * 2).encode())


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b"<html>", b'[{"name": "x"}]', b'{"results": 3}', b'{"results": [1, {}]}']
)
def test_what_is_no_list_names_no_files(data):
    assert not usitc.exports(data) and not federal_register.documents(data)


def with_filled(held, tables, events):
    """The tables with these values of a person's in events."""
    return completed(held, tables, {"tariff_events": events}, {key: [*events.columns] for key in events["event_id"]})


def test_a_persons_values_go_into_the_rows_and_their_lines_and_a_measure_without_events_goes(seeds):
    data = (CASES / "2026-00139.txt").read_bytes()
    tables = into(seeds, federal_register.read(Content("wood.txt", data), seeds["countries"]))
    assert "US-FR-2026-00139" in set(tables["tariff_measures"]["measure_id"]) and "tariff_steps" not in tables
    own = tables["tariff_events"][tables["tariff_events"]["event_id"].str.startswith("FR-2026-00139")]
    filled = own[["event_id"]].assign(
        measure_id="US-232-WOOD-FURN", rate_pct=12.0, effective_on=pd.Timestamp("2026-01-01")
    )
    made, without_line = with_filled(seeds, tables, filled)
    assert {one.rule for one in without_line} == {"has no line: whose goods it is on is open."}
    filled = filled.assign(origin="WLD")
    made, without_line = with_filled(seeds, made, filled)
    rows = made["tariff_events"].set_index("event_id").loc[own["event_id"]]
    assert set(rows["rate_pct"]) == {12} and set(rows["measure_id"]) == {"US-232-WOOD-FURN"} and not without_line
    assert "US-FR-2026-00139" not in set(made["tariff_measures"]["measure_id"])
    others = made["tariff_events"].iloc[: len(seeds["tariff_events"])]
    pd.testing.assert_frame_equal(others, seeds["tariff_events"])
    assert not check_all(seeds | made, [*made])
    again, _without = with_filled(seeds, made, filled.assign(rate_pct=15.0, origin="GBR"))
    steps = again["tariff_steps"].set_index("step_id")
    added = steps[~steps.index.isin(seeds["tariff_steps"]["step_id"])]
    assert added.empty, "the words name three kinds of goods: no new line of one of them"
    steps = made["tariff_steps"][made["tariff_steps"]["event_id"].str.startswith("FR-")]
    assert set(steps["line_id"]) == {"US-232-WOOD-FURN/WLD"} and set(steps["rate_pct"]) == {12}
    assert len(made["tariff_steps"]) == len(seeds["tariff_steps"]) + 2


def test_a_line_is_new_where_others_show_how_its_goods_are_counted(seeds):
    """Energy of Canada in a measure of its own, as the ledger's line of energy counts it; whole goods it does not show."""
    reading, held = score.read_case(seeds, "2025-02406"), seeds["tariff_events"]
    known = held[held["event_id"].str.startswith("US-IEEPA-CAN-ENERGY")].assign(known_on=pd.Timestamp("2026-01-01"))
    made = placed(seeds | {"tariff_events": known}, reading)
    (line,) = made.tables["tariff_lines"].to_dict("records")
    told = {name: line[name] for name in ("line_id", "origin", "product", "slot", "precedence", "condition_met")}
    assert told == {
        "line_id": "US-FR-2025-02406/CAN-ENERGY", "origin": "CAN", "product": "energy", "slot": "ieepa", "precedence": 202, "condition_met": True,
    }  # fmt: skip
    assert [one.dataset for one in made.warnings] == ["FR-2025-02406-01"]


@pytest.mark.parametrize(
    ("name", "lines", "steps"),
    [
        ("2025-14999", [], ["US-IEEPA-CAN/ALL 35 additional 2025-08-01"]),
        ("2025-15010", [], ["US-IEEPA-RECIP-EU/EU27 15 total_floor 2025-08-07"]),
        ("2025-10524", [], [f"US-232-METALS/{one} 50 additional 2025-06-04" for one in ("ALUMINIUM", "DERIVATIVES", "STEEL")]),
        ("2025-19639", [], ["US-232-MHDV/WLD-PARTS 25 additional 2025-11-01", "US-232-MHDV/WLD-TRUCKS 25 additional 2025-11-01"]),
        ("2025-05930", ["US-FR-2025-05930/WLD-CARS cars s232 2002"], ["US-FR-2025-05930/WLD-CARS 25 additional 2025-04-03"]),
        ("2025-03991", ["US-FR-2025-03991/CAN-POTASH potash ieepa 202"], ["US-FR-2025-03991/CAN-POTASH 10 additional 2025-03-07"]),
        ("2025-14893", [], []),  # on the copper content alone
        (
            "2025-19482",  # of cabinets and the European Union's rates it knew nothing then
            ["US-FR-2025-19482/WLD-UPHOLSTERED-FURNITURE upholstered-furniture s232 2"],
            ["US-232-WOOD/WLD 10 additional 2025-10-14", "US-FR-2025-19482/WLD-UPHOLSTERED-FURNITURE 25 additional 2025-10-14",
             "US-FR-2025-19482/WLD-UPHOLSTERED-FURNITURE 30 additional 2026-01-01"],
        ),
        ("2026-16980", [], ["US-232-DRONES/COMPONENTS 25 additional 2027-02-09"]),
        ("2026-06960", [], []),  # parts by content, by list and by origin: a person's work
    ],
)  # fmt: skip
def test_lines_and_steps_are_drafted_where_the_words_settle_goods_origin_rate_and_day(seeds, name, lines, steps):
    reading = score.placed_without_own(seeds, name)
    new = reading.tables.get("tariff_lines", seeds["tariff_lines"].iloc[:0])
    told = [f"{one.line_id} {one.product} {one.slot} {one.precedence}" for one in new.itertuples()]
    made = reading.tables.get("tariff_steps", seeds["tariff_steps"].iloc[:0])
    said = [f"{one.line_id} {one.rate_pct:g} {one.rate_kind} {one.starts_on:%Y-%m-%d}" for one in made.itertuples()]
    assert (told, said) == (lines, steps)
    by_event = {one.row: one.value for one in reading.evidence if one.field == "line_id"}
    assert by_event == made.groupby("event_id")["line_id"].agg("; ".join).to_dict()
    rated = reading.tables["tariff_events"].dropna(subset=["rate_kind"])
    without = {one.dataset for one in reading.warnings}
    assert set(rated["event_id"]) <= without | set(by_event), "each event with a rate has a line, or a sentence"


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("steel, aluminum and copper articles", {"steel", "aluminium", "copper"}),
        ("imports of trucks parts and buses, except for buses of heading 8702", set()),
        ("imports of heavy-duty vehicles and buses, except for buses", {"heavy-trucks"}),
        ("certain MHDV parts (MHDVPs)", {"truck-parts"}),
    ],
)
def test_of_several_goods_each_is_named_and_none_that_is_excepted(words, codes):
    assert {code for one in named_in(words) for code in one} == codes


@pytest.mark.parametrize(
    "words", ["within the tariff-rate quota", "provided that they are for use in cars", "only if certified"]
)
def test_a_rate_for_a_quota_or_on_a_condition_makes_no_line(seeds, words):
    reading = score.placed_without_own(seeds, "2025-19482")
    row = reading.tables["tariff_events"].iloc[:1]
    new = drafted(seeds, row.assign(product=row["product"] + f" {words}"))
    assert [one.rule for one in new.told] == [DEPENDS] and new.steps.empty
    assert len(drafted(seeds, row).steps) == 1


def test_a_rise_of_the_duties_of_some_instruments_is_not_that_of_a_measure_of_more(seeds):
    reading = score.placed_without_own(seeds, "2025-10524")
    row = reading.tables["tariff_events"].iloc[:1]
    some = row.assign(quote=row["quote"].str.replace("10896", "10897"))
    assert len(drafted(seeds, some).steps) == 0


def test_the_answers_are_of_the_documents_at_hand():
    answers = yaml.safe_load((CASES / "answers.yaml").read_text(encoding="utf-8"))
    assert set(answers) == {path.stem for path in DOCUMENTS}


def test_of_the_lines_of_the_schedule_those_with_another_rate_are_taken_and_the_rest_stays(seeds):
    data = (ROOT / "tests/readers/usitc_lines/lines.json").read_bytes()
    reading = settled(seeds, usitc_lines.read(Content("exportList", data), seeds["countries"]))
    rows = reading.tables["tariff_codes"].set_index("hts8")
    found = rows[["mfn_text", "mfn_type", "mfn_pct"]].astype("object").where(rows.notna(), None).T.to_dict("list")
    assert found == {  # 8704.22.11 is as it was; 13.2¢/kg is 13.2 cents/kg
        "44071100": ["1.5%", "7", 1.5], "87042301": ["Free", "0", 0.0],
        "17029068": ["33.9¢/kg + 6%", None, None], "44079999": ["2%", "7", 2.0],
    }  # fmt: skip
    held = seeds["tariff_codes"].set_index("hts8")
    kept = ["description", "imports_from_canada_2025_usd", "usmca_claimed_2025_usd"]
    assert rows.loc["44071100", kept].tolist() == held.loc["44071100", kept].tolist()
    assert reading.cells["tariff_codes"].tolist() == ["/2/general", "/5/general", "/7/general", "/8/general"]
    tables = into(seeds, reading)
    assert len(tables["tariff_codes"]) == len(held) + 1 and not check_all(seeds | tables, [*tables])
    again = settled(seeds | tables, usitc_lines.read(Content("exportList", data), seeds["countries"]))
    assert [one.code for one in again.problems] == ["nothing_to_say"]


def test_a_text_longer_than_any_document_is_refused_before_it_is_read(seeds):
    reading = federal_register.read(
        Content("x.txt", DOCUMENTS[0].read_bytes() + b"25 percent ad valorem " * 500_000), seeds["countries"]
    )
    assert [problem.sentence() for problem in reading.problems] == [
        "x.txt: has more than 8 MiB. Take the text again from the Federal Register (raw text)."
    ]
