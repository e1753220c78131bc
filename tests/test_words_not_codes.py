"""What people read has names, never codes: titles, subtitles and summaries of every chart, for allies of every kind."""

import re

import pytest

from dashboard import labels, language, links
from dashboard.charts import all_charts
from dashboard.drawing import draw
from dashboard.params import ALLIES as ALLIES_OF_NATO
from etl.contract import column_type
from etl.datasets import all_datasets

WORDS_TOO = {"NATO", "SIPRI", "USA", "Canfor"}  # codes that are also what people say
A_DAY_OR_NUMBER = re.compile(r"[\d.,/ -]+")
ALLIES = {
    "CAN": {},
    **{
        code: {"country": code, "countries": (code, "USA"), "origin": code, "home": code, "origins": (code,)}
        for code in ("DEU", "ISL", "USA")
    },
}


@pytest.fixture(scope="module")
def codes(snapshot) -> set[str]:
    """Every code by which a dataset names its rows or another's: no number, no day, no word of the language."""
    found: set[str] = set()
    for dataset in all_datasets().values():
        names = {
            *dataset.key,
            *(one for column in dataset.references for one in ([column] if isinstance(column, str) else column)),
        }
        rows = snapshot.table(dataset)
        for column in names:
            if column_type(dataset, column) == "str":
                found |= {part for cell in rows[column].dropna() for part in cell.split(";")}
    found = {code for code in found - WORDS_TOO if len(code) > 2 and not A_DAY_OR_NUMBER.fullmatch(code)}
    return {code for code in found if not (code.isalpha() and code.islower())}


@pytest.mark.slow
@pytest.mark.parametrize("ally", ALLIES)
@pytest.mark.parametrize("spoken", ["en", "fr"])
def test_no_code_stands_in_the_words_of_a_chart(ledger, codes, spoken, ally):
    found = []
    with language.spoken(spoken):
        for name, chart in all_charts().items():
            asked = {field: value for field, value in ALLIES[ally].items() if field in chart.Params.model_fields}
            drawing = draw(ledger, name, chart.Params(**asked), 1)
            words = set(re.findall(r"[\w.'/-]*\w", f"{drawing.title} {drawing.subtitle} {drawing.summary}"))
            found += [f"{name}: {code}" for code in sorted(words & codes)]
    assert not found


@pytest.mark.parametrize("spoken", ["en", "fr"])
def test_what_a_chart_does_not_hold_on_an_ally_is_said_by_its_name(snapshot, spoken):
    allies, told = ALLIES_OF_NATO.codes(snapshot), []
    with language.spoken(spoken):
        for chart in all_charts().values():
            for ally in allies:
                linked = links.params_of(chart.Params, links.homely(chart.Params, {"home": ally}), snapshot)
                told += [(ally, note.text(language._)) for note in linked.notes]
        assert not [note for ally, note in told if ally in note or labels.place(ally) not in note]
    assert {ally for ally, _note in told} == {"ISL"}  # no armed forces, no spending


WITH_ARTICLE = ("United States", "United Kingdom", "European Union", "Netherlands")
BARE = re.compile(rf"(?<![Tt]he )({'|'.join(WITH_ARTICLE)})(?![:,;.)]| [0-9(]|$)")
STARTS = (
    {"home": "USA"},
    {"home": "NLD"},
    {"origin": "GBR"},
    {"origins": "GBR,EUU,NLD"},
    {"importer": "CAN", "origin": "USA"},
)


@pytest.mark.parametrize("asked", STARTS, ids=str)
@pytest.mark.parametrize("chart", all_charts())
def test_a_country_within_a_sentence_has_its_article(chart, asked, ledger):
    """Alone it is a label: before a colon, a figure or a comma."""
    model = all_charts()[chart].Params
    query = links.homely(model, asked) or {name: code for name, code in asked.items() if name in model.model_fields}
    with language.spoken("en"):
        drawing = draw(ledger, chart, links.params_of(model, query, ledger.at(1)).params, 1)
    for said in (drawing.title, drawing.subtitle, drawing.summary, drawing.further):
        assert not BARE.search(said or "")
