"""Workbooks in NATO's three layouts and SIPRI's, built from rows: for tests that must run where no real file is.

`nato(layout, rows)` gives the cells of every sheet as a reader of workbooks does; `saved(sheets)` writes them to a real
XLSX file. The rows are those of `spending`; nothing else about the layouts is shared with the code under test.
"""

import io

import pandas as pd
import xlsxwriter

MEASURES = {
    "1": ("expenditure_ncu_current_million", "expenditure_ncu_constant_million"),
    "2": ("expenditure_usd_current_million", "expenditure_usd_constant_million"),
    "3": ("share_of_gdp_pct", "real_change_pct"),
    "5": ("gdp_usd_current_million", "gdp_usd_constant_million"),
    "6": ("gdp_per_capita_usd_constant_thousand", "expenditure_per_capita_usd_constant"),
    "7": ("military_personnel_thousand",),
    "8a": ("equipment_share_pct", "personnel_share_pct"),
    "8b": ("infrastructure_share_pct", "other_share_pct"),
}
TITLES = {
    "1": "{core} expenditure",
    "2": "{core} expenditure",
    "3": "{core} expenditure as a share of GDP and annual real change",
    "4": "{core} expenditure real change 2014-{last}e",
    "5": "GDP",
    "6": "GDP per capita and {lower} expenditure per capita",
    "7": "Military personnel",
    "8a": "Distribution of {lower} expenditure by main category",
    "8b": "Distribution of {lower} expenditure by main category",
}
UNITS = {
    "1": "Million national currency units",
    "2": "Million US dollars",
    "3": "Based on {base} prices",
    "4": "Million US dollars ({base} prices and exchange rates)",
    "5": "Million US dollars",
    "6": "{base} prices and exchange rates",
    "7": "Thousands",
    "8a": "Percentage of total {lower} expenditure",
    "8b": "Percentage of total {lower} expenditure",
}
BLOCKS = {
    "1": ("Current prices", "Constant {base} prices "),
    "2": ("Current prices and exchange rates", "Constant {base} prices and exchange rates"),
    "3": ("Share of real GDP (%)", "Annual real change (%)"),
    "5": ("Current prices and exchange rates", "Constant {base} prices and exchange rates"),
    "6": ("GDP per capita (thousand US dollars)", "{core} expenditure per capita (US dollars)"),
    "7": ("Thousands",),
    "8a": ("Equipment (a)", "Personnel (b)"),
    "8b": ("Infrastructure (c)", "Other (d)"),
}
AGGREGATES = {"NATO_EUR_CAN": "NATO Europe and Canada", "NATO_TOTAL": "NATO Total"}
CURRENCIES = {
    "ALL": "Leks", "BGN": "Leva", "CAD": "Canadian dollars", "CZK": "Koruny", "DKK": "Kroner", "EUR": "Euros",
    "GBP": "Pounds", "HUF": "Forint", "MKD": "Denars", "NOK": "Kroner", "PLN": "Zlotys", "RON": "New Lei",
    "SEK": "Kronor", "TRY": "Liras", "USD": "US dollars",
}  # fmt: skip
STARRED = ("CZE", "POL")
NOTE = "Notes: Figures for {estimates} are estimates."


def nato(layout, rows, countries, currencies):
    """Cells of the nine sheets. `layout`: 2024, 2025 or 2026; `rows`: spending of one edition; `currencies`: iso3 -> code."""
    names = dict(zip(countries["iso3"], countries["name_en"], strict=True)) | {"SVK": "Slovak Republic"}
    years = sorted(rows["year"].unique())
    estimates = sorted(rows.loc[rows["is_estimate"], "year"].unique())
    base = rows.loc[rows["measure"] == "share_of_gdp_pct", "unit"].str.extract(r"(\d{4})")[0].iloc[0]
    core = "Core defence" if layout == 2026 else "Defence"
    words = {
        "core": core,
        "lower": core.lower(),
        "base": base,
        "last": years[-1],
        "estimates": " and ".join(map(str, estimates)),
    }
    header = [f"{year}e" if year in estimates else int(year) for year in years]
    sheets = {}
    for number, title_of in TITLES.items():
        blocks = []
        for title, measure in zip(BLOCKS.get(number, ()), MEASURES.get(number, ()), strict=True):
            table = rows[rows["measure"] == measure].pivot(index="iso3", columns="year", values="value")
            table = table.reindex(columns=years)
            allies = sorted(set(table.index) - set(AGGREGATES), key=names.get)
            lines = [(_label(names[iso3], iso3, number, currencies), _cells(table.loc[iso3])) for iso3 in allies]
            sums = [(AGGREGATES[one], _cells(table.loc[one])) for one in AGGREGATES if one in table.index]
            blocks.append((title.format(**words), lines, sums))
        told = (title_of.format(**words), UNITS[number].format(**words), NOTE.format(**words))
        if layout == 2024:
            sheets[f"TABLE{number}"] = _old(number, told, header, blocks)
        else:
            sheets[f"Table {number}"] = _new(number, told, header, blocks)
    return sheets


def _label(name, iso3, number, currencies):
    star = "*" if iso3 in STARRED and number in ("1", "2", "3") else ""
    return f"{name}{star}   ({CURRENCIES[currencies[iso3]]})" if number == "1" else f"{name}{star}"


def _cells(values):
    return [".." if pd.isna(value) else float(value) for value in values]


def _old(number, told, header, blocks):
    """Layout of 2024: title in B4, unit in B6, one header in row 8 from D, names in C, aggregates in B; 7 is shifted."""
    title, unit, note = told
    grid = [[], [], [], ["", f"Table {number} : {title}"], [], ["", unit], []]
    if number == "4":
        return [*grid, ["", "", "", header[0], header[-1], "Real change (%)"], ["", "", "Albania", 1.0, 2.0, 100.0]]
    # The real file mixes numbers and text: 2019 is a text in some of its headers.
    grid += [
        ["", "", "", *["2019" if year == 2019 else float(year) if isinstance(year, int) else year for year in header]],
        [],
    ]
    for place, (block, lines, sums) in enumerate(blocks):
        grid.append(["", block] if number != "7" else [])
        grid += [["", "", label, *cells] for label, cells in lines]
        grid += [["", label, "", *cells] for label, cells in sums] or [
            ["", "", "", *(["#REF!"] * 6), *([0.0] * (len(header) - 6))]
        ]
        grid += [[]] * (1 - place)
    grid += [
        [],
        ["", "", note],
        ["", "", "* These Allies have national laws that call for 2 % of GDP or more."],
        [],
        ["", "-7-"],
    ]
    return [["", *row] if row else [] for row in grid] if number == "7" else grid


def _new(number, told, header, blocks):
    """Layout of 2025 and 2026: title in A1, unit in A2, a title and a header of years for each block, names in A."""
    title, unit, note = told
    grid = [[f"Table {number}: {title}"], [unit]]
    if number == "4":
        return [*grid, [], ["", header[0], header[-1]], ["Albania", 1.0, 2.0], [note]]
    for block, lines, sums in blocks:
        grid += [[block], [None, *header]]
        grid += [[label, *cells] for label, cells in lines + sums]
        grid.append([])
    return [*grid, [note], ["* Footnote."]]


def sipri(rows, countries, last_year, first_year=1949):
    """Cells of a workbook of SIPRI: share of GDP as ratios, `rows` being those of `spending`."""
    names = dict(zip(countries["iso3"], countries["name_en"], strict=True)) | {"USA": "United States of America"}
    years = list(range(first_year, last_year + 1))
    table = rows.pivot(index="iso3", columns="year", values="value").reindex(columns=years) / 100
    allies = countries.loc[countries["joined_nato_on"].notna(), "iso3"]
    table = table.reindex(allies)
    head = f"Military expenditure by country as percentage of gross domestic product, {first_year}-{last_year}     © SIPRI {last_year}"
    grid = [
        [head],
        ["Countries are grouped by region and subregion"],
        [],
        [],
        [],
        ["Country", "Notes", *map(float, years)],
        [],
        ["Europe"],
    ]
    grid.append(["Atlantis", "§4", *[0.05] * len(years)])
    for iso3, values in table.iterrows():
        mark = {"USA": 44.0, "ALB": "§¶3"}.get(iso3, "")
        grid.append([names[iso3], mark, *["..." if pd.isna(value) else value for value in values]])
    notes = [["Footnotes and special notes"], ["§", "Figures are for the adopted budget."], [44.0, "", "USA: a note."]]
    return {"Front page": [], "Share of GDP": grid, "Footnotes": notes}


def saved(sheets):
    """The bytes of an XLSX file with these cells."""
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory) as book:
        for name, grid in sheets.items():
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(grid):
                for column, cell in enumerate(cells):
                    if cell not in ("", None):
                        sheet.write(row, column, cell)
    return memory.getvalue()
