"""Files as people and publishers really send them, each kind with many instances: never silently wrong, no dead end."""

import io
import zipfile

import pytest
from babel import Locale
from babel.core import get_global

from etl.datasets import all_datasets
from etl.files.countries import OBSOLETE, country_code
from etl.files.places import places_of
from etl.files.problems_xlsx import problems_xlsx
from etl.importing.proposal import Proposal, Request, propose

SHARE = "share_of_gdp_pct"
HEADER = "publisher,edition,iso3,year,measure,value\n"


def proposed(ledger, content: str | bytes, dataset: str = "spending", name: str = "figures.csv", **chosen) -> Proposal:
    content = content.encode() if isinstance(content, str) else content
    chosen = {"source": "nato-2026-07"} | chosen
    return propose(ledger, Request(content, name, dataset, **chosen))


def told(proposal: Proposal) -> str:
    return "\n".join(one.sentence() for one in (*proposal.problems, *proposal.warnings))


# --- countries -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def places(seeds):
    """Who may stand in the figures of spending, in trade, and in the lines of the tariff."""
    found = {name: places_of(all_datasets()[name], seeds) for name in ("spending", "trade_us_imports", "tariff_lines")}
    return [found["spending"]["iso3"], found["trade_us_imports"]["origin"], found["tariff_lines"]["origin"]]


def alpha3() -> dict[str, str]:
    """Alpha-2 -> alpha-3, found in another way than the product does: the code whose alias alone is no older name."""
    aliases = get_global("territory_aliases")
    older = {two for two in aliases if len(two) == 2}
    return {
        two[0]: three
        for three, two in aliases.items()
        if len(three) == 3
        and three.isalpha()
        and three[:1] not in ("Q", "X")
        and len(two) == 1
        and two[0] not in older
        and three not in OBSOLETE
    }


def test_every_name_and_code_of_every_country_has_one_right_answer_or_none(places):
    wrong = []
    for language in ("en", "en_CA", "fr", "fr_CA"):
        for two, name in Locale.parse(language).territories.items():
            right = "EU27" if two == "EU" else alpha3().get(two)
            codes = (two, two.lower(), right or name)
            for spelling in (name, name.upper(), *codes):
                for known in places:
                    expected = right if right in known.codes else None
                    if known.code(spelling) not in (expected, None) or (
                        expected and spelling in codes and known.code(spelling) is None
                    ):
                        wrong.append((language, spelling, known.code(spelling), expected))
    assert wrong == []


def test_an_old_or_other_code_is_never_another_country(places):
    today = set(alpha3().values())
    older = [code for code in get_global("territory_aliases") if code not in today and code not in alpha3()]
    answers = {(code, known.code(code)) for code in older for known in places}
    assert {pair for pair in answers if pair[1] is not None} == {("UK", "GBR")}
    assert all(country_code(code) is None for code in OBSOLETE)


def test_every_ally_is_found_and_by_its_two_letters(places, seeds):
    for two, three in seeds["countries"][["iso2", "iso3"]].itertuples(index=False):
        assert places[1].code(two) == places[1].code(three) == three


@pytest.mark.slow
@pytest.mark.parametrize(
    "typed", ["EU", "eu", "E.U.", "UE", "Union européenne", "FXX", "SUN", "YUG", "ZAR", "TMP", "Frence"]
)
@pytest.mark.parametrize(("dataset", "header", "row"), [
    ("spending", HEADER, f"NATO,2026-07,{{}},2026,{SHARE},3.2\n"),
    ("trade_us_imports", "period,frequency,origin,grouping,code,measure,value,basis\n",
     "2024,annual,{},hs2,01,imports_consumption_usd,1,b\n"),
])  # fmt: skip
def test_who_is_no_country_of_the_ledger_is_refused_as_typed(ledger, typed, dataset, header, row):
    proposal = proposed(ledger, header + row.format(typed), dataset)
    problem = next(one for one in proposal.problems if one.code == "places")
    assert problem.value == typed and problem.row == 2 and len(proposal.problems) == 1
    assert not proposal.tables


@pytest.mark.parametrize(("typed", "code"), [("EU", "EU27"), ("UE", "EU27"), ("ÉU", "USA"), ("EU27;R.-U.", "EU27;GBR")])
def test_a_group_is_found_where_groups_may_stand(places, typed, code):
    assert ";".join(str(places[2].code(one)) for one in typed.split(";")) == code


def test_names_reach_the_rows_held(ledger):
    rows = "".join(f"NATO,2026-07,{name},2026,{SHARE},2.9\n" for name in ("France", "États-Unis", "tr", "Royaume-Uni"))
    proposal = proposed(ledger, HEADER + rows)
    assert not proposal.problems
    assert set(proposal.difference["spending"]["iso3"]) == {"FRA", "USA", "TUR", "GBR"}
    assert proposal.counts()["spending"]["added"] == 0


def test_one_cause_is_told_once_with_its_rows_and_the_nearest(ledger):
    rows = "".join(
        f"NATO,2026-07,{name},2026,{SHARE},2.9\n" for name in ["Frence", "World", "Canada"] + ["Japan"] * 200
    )
    proposal = proposed(ledger, HEADER + rows)
    assert len(proposal.problems) == 1
    sentence = proposal.problems[0].sentence()
    assert "rows 2, 3, 5 … 204 (202 rows)" in sentence and "Did you mean Frence → FRA?" in sentence


# --- Eurostat's letters --------------------------------------------------------------------------------------------

EUROSTAT = (
    "freq,unit,sector,cofog99,na_item,geo\\TIME_PERIOD\t2022 \t2023 \t2024 \n"
    "A,PC_GDP,S13,GF02,TE,BE\t1.0 \t0.9 b\t1.2 ep\nA,PC_GDP,S13,GF02,TE,EL\t2.6 \t: c\t: \n"
)
SAID = {"publisher": "NATO", "edition": "2026-07", "measure": SHARE}


def test_eurostats_letters_are_read_as_flags_and_said(ledger):
    proposal = proposed(ledger, EUROSTAT, name="gov_10a_exp.tsv", fixed=SAID)
    assert not proposal.problems and len(proposal.understood.columns) == 4, told(proposal)
    rows = proposal.tables["spending"].query(
        "edition == '2026-07' and measure == @SHARE and year in (2022, 2023, 2024)"
    )
    found = rows.set_index(["iso3", "year"])["value"].to_dict()
    assert (found["BEL", 2022], found["BEL", 2023], found["BEL", 2024], found["GRC", 2022]) == (1.0, 0.9, 1.2, 2.6)
    assert found["GRC", 2023] > 2.6  # what the file has no figure for stays as it is held
    marks = rows.set_index(["iso3", "year"])["is_estimate"].to_dict()
    assert marks["BEL", 2024] and not marks["BEL", 2023]
    notes = " ".join(note.text() for note in proposal.understood.notes)
    for part in (
        "flag b (break in the series): 1.",
        "flag p (provisional): 1.",
        "no figure (: : c): 2",
        "the last one is read",
    ):
        assert part in notes
    assert "flags" not in {one.code for one in proposal.warnings}  # in Eurostat's own table there is no doubt


SDMX = (
    "geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG\nBE,2022,1.0,\nBE,2023,0.9,b\nBE,2024,1.2,ep\nEL,2023,2.6,F\nEL,2024,2.6,{}\n"
)


def test_eurostats_column_of_letters_is_read_as_flags_and_said(ledger):
    proposal = proposed(ledger, SDMX.format("p"), fixed=SAID)
    assert not proposal.problems, told(proposal)
    rows = proposal.tables["spending"].query("edition == '2026-07' and measure == @SHARE").set_index(["iso3", "year"])
    keys = [("BEL", 2022), ("BEL", 2023), ("BEL", 2024), ("GRC", 2023), ("GRC", 2024)]
    assert [*rows["is_estimate"].loc[keys]] == [False, False, True, True, False]
    notes = " ".join(note.sentence() for note in proposal.notes)
    for part in ("flag p (provisional): 2. It is not kept", "flag e (estimated): 1. These numbers are read as est"):
        assert part in notes
    (unknown,) = proposed(ledger, SDMX.format("?"), fixed=SAID).problems
    assert unknown.row == 6 and unknown.column == "is_estimate"


@pytest.mark.slow
def test_a_name_that_stands_twice_in_the_header_is_told_once_and_one_can_be_left_out(ledger):
    text = HEADER.strip() + f",value\nNATO,2026-07,CAN,2026,{SHARE},2.3,9\n"
    (problem,) = proposed(ledger, text).problems
    assert "the later one is called “value (G)”" in problem.sentence()
    for out, value in (("value (G)", 2.3), ("value", 9.0)):
        changed = {out: ""} | ({"value (G)": "value"} if out == "value" else {})
        proposal = proposed(ledger, text, changes=changed)
        assert not proposal.problems, told(proposal)
        rows = proposal.tables["spending"].query("edition == '2026-07' and measure == @SHARE and year == 2026")
        assert rows.set_index("iso3")["value"]["CAN"] == value


def test_a_letter_after_a_number_is_a_doubt_in_any_other_table(ledger):
    doubts = proposed(ledger, HEADER + f"NATO,2026-07,CAN,2026,{SHARE},2.3 b\n").warnings
    assert [(one.code, one.value, one.row) for one in doubts] == [("flags", "2.3 b", 2)]


def test_rows_that_say_there_is_no_figure_are_told_and_taken_for_none(ledger):
    rows = f"NATO,2026-07,CAN,2026,{SHARE},2.3\nNATO,2026-07,POL,2026,{SHARE},..\n"
    proposal = proposed(ledger, HEADER + rows)
    assert not proposal.problems and set(proposal.difference["spending"]["iso3"]) == {"CAN"}
    assert "no figure (..): 1" in " ".join(note.text() for note in proposal.understood.notes)
    refused = proposed(ledger, HEADER + rows.replace("POL", "XXX"))  # a code that one of the marks is spelt like
    assert "no figure (..): 1" in " ".join(note.text() for note in refused.understood.notes)
    assert [one.value for one in refused.problems] == ["XXX"]


# --- one line a cause ----------------------------------------------------------------------------------------------


def test_columns_that_are_unknown_or_lacking_are_one_line_and_all_marked(ledger):
    text = "who,country,what,2025,why\nx,Canada,y,2.1,z\n"
    proposal = proposed(ledger, text)
    unknown, lacking = proposal.problems
    assert unknown.sentence().startswith(
        "figures.csv, row 1, columns who, what, why: are no columns we know. Choose what each"
    )
    assert lacking.sentence().startswith("spending, columns publisher, edition, measure: are missing.")
    sent = problems_xlsx(proposal.understood, proposal.problems, proposal.mapping)
    comments = zipfile.ZipFile(io.BytesIO(sent)).read("xl/comments1.xml").decode()
    assert all(f'ref="{cell}"' in comments for cell in ("A1", "C1", "E1")) and 'ref="B1"' not in comments
