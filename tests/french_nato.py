"""NATO's workbook as it is published in French: the English one of `official_workbooks`, its texts in French."""

import re

from babel import Locale

TITLES = {
    r"Core defence expenditure as a share of GDP and annual real change":
        "Dépenses de défense de base en pourcentage du PIB et variation annuelle en termes réels",
    r"Core defence expenditure real change": "Variation réelle des dépenses de défense de base",
    r"GDP per capita and core defence expenditure per capita":
        "PIB par habitant et dépenses de défense de base par habitant",
    r"Distribution of core defence expenditure by main category":
        "Répartition des dépenses de défense de base par grande catégorie",
    r"Core defence expenditure per capita \(US dollars\)": "Dépenses de défense de base par habitant (dollars É.-U.)",
    r"GDP per capita \(thousand US dollars\)": "PIB par habitant (milliers de dollars É.-U.)",
    r"Core defence expenditure": "Dépenses de défense de base",
    r"Military personnel": "Effectifs militaires",
    r"Million national currency units": "Millions d'unités de monnaie nationale",
    r"Million US dollars \((\d+) prices and exchange rates\)": r"Millions de dollars É.-U. (prix et taux de change de \1)",
    r"Million US dollars": "Millions de dollars É.-U.",
    r"Based on (\d+) prices": r"Aux prix de \1",
    r"Percentage of total core defence expenditure": "Pourcentage du total des dépenses de défense de base",
    r"Current prices and exchange rates": "Prix et taux de change courants",
    r"Constant (\d+) prices and exchange rates": r"Prix et taux de change constants de \1",
    r"Current prices": "Prix courants",
    r"Constant (\d+) prices": r"Prix constants de \1",
    r"^(\d+) prices and exchange rates": r"Prix et taux de change de \1",
    r"Share of real GDP \(%\)": "Part du PIB réel (%)",
    r"Annual real change \(%\)": "Variation annuelle réelle (%)",
    r"Thousands": "Milliers",
    r"Equipment \(a\)": "Équipement (a)",
    r"Infrastructure \(c\)": "Infrastructure (c)",
    r"Other \(d\)": "Autres (d)",
    r"NATO Europe and Canada": "OTAN Europe et Canada",
    r"NATO Total": "Total OTAN",
    r"^Table (\S+): GDP$": r"Tableau \1 : PIB",
    r"^Table (\S+): ": r"Tableau \1 : ",
    r"Notes: Figures for (\S+) and (\S+) are estimates.": r"Notes : Les chiffres de \1 et de \2 sont des estimations.",
}  # fmt: skip


def in_french(sheets, countries):
    """The same cells, every text of them in French; the names of the sheets, too."""
    names = dict(zip(countries["name_en"], countries["iso2"], strict=True)) | {"Slovak Republic": "SK"}
    french = Locale.parse("fr").territories

    def text(cell):
        if not isinstance(cell, str):
            return cell
        name = re.match(r"[^*(]+?(?=\*?\s*(?:\(|$))", cell)
        if name and name[0] in names:
            return french[names[name[0]]] + cell[name.end() :]
        for english, other in TITLES.items():
            cell = re.sub(english, other, cell)
        return cell

    return {
        name.replace("Table", "Tableau"): [[text(cell) for cell in row] for row in grid]
        for name, grid in sheets.items()
    }
