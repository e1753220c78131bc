"""French that agrees: articles of countries and publishers, and words that are said of a feminine thing."""

import pytest

from dashboard import labels, language
from dashboard.articles import from_the, of_the, the

ARTICLES = {
    "CAN": ("le Canada", "du Canada"), "USA": ("les États-Unis", "des États-Unis"), "DEU": ("l’Allemagne", "de l’Allemagne"),
    "NOR": ("la Norvège", "de la Norvège"), "MKD": ("la Macédoine du Nord", "de la Macédoine du Nord"), "GBR": ("le Royaume-Uni", "du Royaume-Uni"),
    "ISL": ("l’Islande", "de l’Islande"), "NLD": ("les Pays-Bas", "des Pays-Bas"), "EST": ("l’Estonie", "de l’Estonie"),
    "HUN": ("la Hongrie", "de la Hongrie"), "MNE": ("le Monténégro", "du Monténégro"), "DNK": ("le Danemark", "du Danemark"),
}  # fmt: skip


@pytest.mark.parametrize("code", ARTICLES)
def test_a_country_has_its_article(code):
    with language.spoken("fr"):
        assert (the(labels.place(code)), of_the(labels.place(code))) == ARTICLES[code]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("CAN", "du Canada"),
        ("USA", "des États-Unis"),
        ("DEU", "d’Allemagne"),
        ("NOR", "de Norvège"),
        ("GBR", "du Royaume-Uni"),
    ],
)
def test_goods_come_from_a_country_as_french_says_it(code, words):
    with language.spoken("fr"):
        assert from_the(labels.place(code)) == words
        assert from_the("Union européenne") == "de l’Union européenne"
    assert from_the(labels.place("USA")) == "from the United States"


def test_publishers_have_theirs_and_english_ones_only_where_english_has_one():
    with language.spoken("fr"):
        named = {code: the(labels.of("publisher", code)) for code in ("NATO", "SIPRI", "WORLD_BANK", "EUROSTAT")}
    assert named == {"NATO": "l’OTAN", "SIPRI": "le SIPRI", "WORLD_BANK": "la Banque mondiale", "EUROSTAT": "Eurostat"}
    assert the(labels.place("USA")) == "the United States" and of_the(labels.place("CAN")) == "of Canada"


def test_a_word_agrees_with_what_it_is_said_of():
    with language.spoken("fr"):
        assert labels.of("deadline_status", "met") == "respectée" and labels.of("goal_status", "met") == "respecté"
        assert labels.of("deadline_status", "superseded") == "remplacée"
    assert labels.of("deadline_status", "superseded") == "superseded"
