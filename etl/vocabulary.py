"""What codes mean: code -> English label, each kind once, and the forms of codes without such a list. Datasets allow these codes, policy and pages name them by these labels.

Labels are translated where they are shown."""

from typing import NamedTuple

from etl.message import N_, NC_

TRUST_CLASSES = {
    "primary_text": N_("primary text"),
    "government_page": N_("government page"),
    "publisher_table": N_("publisher's table"),
    "law_firm": N_("law firm"),
    "secondary_dataset": N_("secondary dataset (low trust)"),
    "news": N_("news (low trust)"),
    "article": N_("article (low trust)"),
}
"""Kinds of source, the most trusted first; low trust is said wherever a class is shown."""
TRUST_DESCRIPTIONS = {
    "primary_text": N_("Primary text: the legal instrument itself"),
    "government_page": N_("Government page"),
    "publisher_table": N_("The publisher's own tables"),
    "law_firm": N_("Law firm or adviser"),
    "news": N_("News report"),
    "secondary_dataset": N_("Secondary dataset"),
    "article": N_("One of the five articles"),
}

MEASURES = {
    "share_of_gdp_pct": N_("Share of GDP"),
    "expenditure_usd_current_million": N_("Expenditure, US dollars, current prices"),
    "expenditure_usd_constant_million": N_("Expenditure, US dollars, constant prices"),
    "expenditure_ncu_current_million": N_("Expenditure, national currency, current prices"),
    "expenditure_ncu_constant_million": N_("Expenditure, national currency, constant prices"),
    "gdp_usd_current_million": N_("GDP, US dollars, current prices"),
    "gdp_usd_constant_million": N_("GDP, US dollars, constant prices"),
    "real_change_pct": N_("Real change of expenditure on the year before"),
    "expenditure_per_capita_usd_constant": N_("Expenditure per person, US dollars, constant prices"),
    "gdp_per_capita_usd_constant_thousand": N_("GDP per person, thousand US dollars, constant prices"),
    "equipment_share_pct": N_("Equipment, share of expenditure"),
    "personnel_share_pct": N_("Personnel, share of expenditure"),
    "infrastructure_share_pct": N_("Infrastructure, share of expenditure"),
    "other_share_pct": N_("Other, share of expenditure"),
    "military_personnel_thousand": N_("Military personnel"),
    "total_share_of_gdp_pct": N_("Core and related spending, share of GDP"),
    "related_share_of_gdp_pct": N_("Defence- and security-related spending, share of GDP"),
}
UNITS = {
    "share_of_gdp_pct": N_("% of GDP"),
    "expenditure_usd_current_million": N_("million US dollars"),
    "expenditure_usd_constant_million": N_("million US dollars"),
    "expenditure_ncu_current_million": N_("million, national currency"),
    "expenditure_ncu_constant_million": N_("million, national currency"),
    "gdp_usd_current_million": N_("million US dollars"),
    "gdp_usd_constant_million": N_("million US dollars"),
    "real_change_pct": N_("% on the year before"),
    "expenditure_per_capita_usd_constant": N_("US dollars"),
    "gdp_per_capita_usd_constant_thousand": N_("thousand US dollars"),
    "equipment_share_pct": N_("% of expenditure"),
    "personnel_share_pct": N_("% of expenditure"),
    "infrastructure_share_pct": N_("% of expenditure"),
    "other_share_pct": N_("% of expenditure"),
    "military_personnel_thousand": N_("thousand persons"),
    "total_share_of_gdp_pct": N_("% of GDP"),
    "related_share_of_gdp_pct": N_("% of GDP"),
}
"""Units of the measures, in words, as charts show them."""

PUBLISHERS_UNITS = {
    unit: unit
    for unit in (
        N_("% of defence expenditure"),
        N_("million US dollars, current prices and exchange rates"),
        N_("million US dollars, constant 2021 prices and exchange rates"),
        N_("million US dollars, constant 2015 prices and exchange rates"),
        N_("% of real GDP (2021 prices)"),
        N_("% of real GDP (2015 prices)"),
        N_("% of GDP, rounded to one decimal"),
        N_("thousand persons"),
        N_("million national currency units, current prices"),
        N_("million national currency units, constant 2021 prices"),
        N_("million national currency units, constant 2015 prices"),
        N_("US dollars per person, constant 2021 prices and exchange rates"),
        N_("US dollars per person, constant 2015 prices and exchange rates"),
        N_("thousand US dollars per person, constant 2021 prices and exchange rates"),
        N_("thousand US dollars per person, constant 2015 prices and exchange rates"),
        N_("% change on the year before (2021 prices)"),
        N_("% change on the year before (2015 prices)"),
        N_("billion Canadian dollars"),
        N_("points of GDP"),
        N_("countries"),
    )
}
"""Units as the tables of the publishers write them."""

AGGREGATES = {"NATO_TOTAL": N_("NATO total"), "NATO_EUR_CAN": N_("NATO Europe and Canada")}

PLEDGE_KINDS = {
    "plan": N_("plan"),
    "pledge": N_("pledge"),
    "statement": N_("statement"),
    "campaign_pledge": N_("campaign pledge"),
    "proposal": N_("proposal"),
}
PLEDGE_STATUSES = {"open": N_("open"), "met": N_("met"), "superseded": N_("superseded"), "overtaken": N_("overtaken")}

EVENT_KINDS = {
    "summit": N_("summit"), "accession": N_("accession to NATO"), "government": N_("election or government"), "war": N_("war"), "trade": N_("step of trade policy"),
}  # fmt: skip
"""What an event is; charts of tariffs show those of trade, governments and wars, all others all but those of trade."""

DEADLINE_OUTCOMES = {
    "met": NC_("deadline", "met"),
    "missed": NC_("deadline", "missed"),
    "superseded": NC_("deadline", "superseded"),
    "pending": N_("pending"),
    "unknown": N_("outcome not known"),
}
DEADLINE_TOPICS = {
    "canada-us-deal": N_("Canada–US deal"),
    "cusma": N_("CUSMA"),
    "tariffs": N_("Tariffs"),
    "counter-tariffs": N_("Counter-tariffs"),
    "eu-us-deal": N_("EU–US deal"),
    "defence-spending": N_("Defence spending"),
    "arctic": N_("Arctic"),
}

AGENDA_KINDS = {
    "defence": N_("Defence"),
    "border": N_("Border"),
    "trade": N_("Trade"),
    "procurement": N_("Procurement"),
    "resources": N_("Resources"),
}
AGENDA_STATES = {
    "weighed_by_negotiators": N_("weighed by negotiators"),
    "wanted": N_("wanted"),
    "proposed": N_("proposed"),
    "to_be_discussed": N_("to be discussed"),
    "sought": N_("sought"),
    "talked_about": N_("talked about"),
    "on_wish_list": N_("on the wish list"),
    "part_of_talks": N_("part of the talks"),
    "announced": N_("announced"),
    "considered": N_("considered"),
}

TARIFF_STATUSES = {
    "in_force": N_("in force"),
    "scheduled": N_("scheduled"),
    "suspended": N_("suspended"),
    "announced": N_("announced"),
    "threatened": N_("threatened"),
    "struck_down": N_("struck down"),
    "expired": N_("expired"),
    "withdrawn": N_("withdrawn"),
    "none": N_("no measure"),
}
"""Statuses of a measure on a day, the one that speaks for several layers first."""
TARIFF_ACTS = {
    "announced": N_("announced"),
    "signed": N_("signed"),
    "effective": N_("took effect"),
    "amended": N_("amended"),
    "suspended": N_("suspended"),
    "withdrawn": N_("withdrawn"),
    "struck_down": N_("struck down"),
    "expired": N_("expired"),
}
TARIFF_PROGRAMMES = {
    "adcvd": N_("Antidumping and countervailing duties"),
    "s232": N_("Section 232"),
    "ieepa": N_("IEEPA"),
    "s122": N_("Section 122"),
    "s301": N_("Section 301"),
    "s338": N_("Section 338"),
    "s338_ban": N_("Section 338 import ban"),
    "counter": N_("Counter-tariff"),
    "deal": N_("Trade deal"),
    "threat": N_("Threat"),
}
TARIFF_ROLES = {
    "layer": N_("duty"),
    "threat": N_("threat"),
    "proposal": N_("proposal"),
    "preliminary": N_("preliminary result"),
    "headline": N_("statement of a total"),
    "process": N_("procedure"),
}
RATE_KINDS = {
    "additional": N_("additional tariff"),
    "total": N_("all-in rate"),
    "total_floor": N_("all-in rate, or the ordinary duty where that is higher"),
    "ban": N_("import ban"),
}


# --- forms of codes ------------------------------------------------------------------------------------------------


class Form(NamedTuple):
    """`pattern` matches a whole value; `words` say the same to people, with an example, after "does not have the form:"."""

    pattern: str
    words: str


YEAR_MONTH = Form(r"\d{4}-(?:0[1-9]|1[0-2])", N_("a year and month, such as 2026-07"))
YEAR_OR_MONTH = Form(r"\d{4}(?:-(?:0[1-9]|1[0-2]))?", N_("a year or a year and month, such as 2025 or 2025-03"))
YEAR_QUARTER = Form(r"\d{4}-Q[1-4]", N_("a year and quarter, such as 2026-Q2"))
FISCAL_YEAR = Form(r"20\d\d-\d\d", N_("a fiscal year, such as 2029-30"))
DUE_YEAR = Form(r"20\d\d(?:-\d\d)?", N_("a year or fiscal year, such as 2035 or 2029-30"))

ISO2 = Form(r"[A-Z]{2}", N_("two capital letters, such as CA"))
ISO3 = Form(r"[A-Z]{3}", N_("three capital letters, such as CAN"))
COUNTRIES = Form(r"[A-Z]{3}(?:;[A-Z]{3})*", N_("country codes with semicolons between, such as CAN;USA"))
PARTIES = Form(r"[A-Z]{2,3}(?:;[A-Z]{2,3})*", N_("codes of parties with semicolons between, such as CAN;EU"))
CURRENCY = Form(r"[A-Z]{3}", N_("a currency code of three capital letters, such as CAD"))

PUBLISHER = Form(
    r"[A-Z][A-Z0-9_]{1,19}",
    N_("a publisher's code in capital letters, digits and underscores, such as NATO or WORLD_BANK"),
)
GROUP = Form(r"[A-Z0-9_]+", N_("a group's code in capital letters, digits and underscores, such as EU27 or NATO_TOTAL"))
SHORT_NAME = Form(
    r"[a-z0-9][a-z0-9.-]*", N_("a short name of small letters, digits, points and hyphens, such as nato-2026-07")
)
PRODUCT = Form(r"[a-z0-9-]+", N_("a code of small letters, digits and hyphens, such as softwood-lumber"))
CONDITION = Form(r"[a-z_]+", N_("a name of small letters and underscores, such as as_counted"))
DEADLINE = Form(r"[A-Z0-9][A-Z0-9-]*", N_("a name of capital letters, digits and hyphens, such as CUSMA-REVIEW-2026"))

EVENT_TITLE = Form(r".{3,30}", N_("3 to 30 characters, such as The Hague summit"))

ARTICLE = Form(r"\d{3}", N_("three digits, such as 004"))
CLAIM = Form(r"\d{3}-\d+", N_("the article's three digits, a hyphen and a number, such as 004-2"))
HTS8 = Form(r"\d{8}", N_("a tariff line of eight digits, such as 04021010"))
HTS_PREFIX = Form(r"\*|\d{2,10}", N_("* or two to ten digits, such as 0402"))
DUTY_KIND = Form(r"[0-9KXT]", N_("one digit or K, X or T, such as 7"))
WEB_ADDRESS = Form(r"https?://\S+", N_("a web address, such as https://www.nato.int/page"))

RHYTHMS = {
    "always": N_("at any time"),
    "working-day": N_("every working day"),
    "month": N_("every month"),
    "quarter": N_("every quarter"),
    "half-year": N_("twice a year"),
    "year": N_("every year"),
}
"""How often a publisher, or a dataset, says something new."""
