"""Goods by tariff code of the United States: the schedule's own words and the ordinary (MFN) duty."""

from etl.contract import Dataset, number, text
from etl.message import N_
from etl.vocabulary import DUTY_KIND, HTS8

DATASET = Dataset(
    name="tariff_codes",
    title=N_("Goods by tariff code"),
    description=N_(
        "The eight-digit lines of the US tariff schedule of 2025 with their own words, the ordinary (MFN) duty, "
        "and US imports from Canada in 2025."
    ),
    key=("hts8",),
    min_rows=10_000,
    references={"source_id": "sources.source_id"},
    fields={
        "hts8": text(N_("US tariff line, eight digits"), form=HTS8),
        "description": text(N_("Description in the US schedule"), nullable=True),
        "mfn_text": text(N_("Ordinary (MFN) duty as the schedule writes it"), nullable=True),
        "mfn_type": text(
            N_("Kind of ordinary duty: 0 free, 7 per cent of the value, 1 to 6 specific or compound, 9 see the note"),
            nullable=True,
            form=DUTY_KIND,
        ),
        "mfn_pct": number(N_("Part of the ordinary duty in per cent of the value"), nullable=True, ge=0, unit="%"),
        "imports_from_canada_2025_usd": number(N_("US imports from Canada in 2025"), nullable=True, ge=0, unit="USD"),
        "usmca_claimed_2025_usd": number(
            N_("US imports from Canada in 2025 that claimed USMCA"), nullable=True, ge=0, unit="USD"
        ),
        "source_id": text(N_("Source of the row")),
    },
)
