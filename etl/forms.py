"""The forms that codes have: each a pattern for programmes, and words with an example for people."""

from dataclasses import dataclass

from etl.message import N_


@dataclass(frozen=True)
class Form:
    """`pattern` matches the whole value; `words` say the same, with an example, as "does not have the form: ..." ends."""

    pattern: str
    words: str


YEAR_MONTH = Form(r"\d{4}-(?:0[1-9]|1[0-2])", N_("a year and month, such as 2026-07"))
YEAR_OR_MONTH = Form(r"\d{4}(?:-(?:0[1-9]|1[0-2]))?", N_("a year or a year and month, such as 2025 or 2025-03"))
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

ARTICLE = Form(r"\d{3}", N_("three digits, such as 004"))
CLAIM = Form(r"\d{3}-\d+", N_("the article's three digits, a hyphen and a number, such as 004-2"))
HTS8 = Form(r"\d{8}", N_("a tariff line of eight digits, such as 04021010"))
HTS_PREFIX = Form(r"\*|\d{2,10}", N_("* or two to ten digits, such as 0402"))
DUTY_KIND = Form(r"[0-9KXT]", N_("one digit or K, X or T, such as 7"))
WEB_ADDRESS = Form(r"https?://\S+", N_("a web address, such as https://www.nato.int/page"))
