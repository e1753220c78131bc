"""The codes that the tariff rules answer with, and their English sentences (translated where shown)."""

from etl.message import N_
from etl.vocabulary import TARIFF_PROGRAMMES, TRUST_CLASSES

ENDED = ("struck_down", "withdrawn", "expired")

REASONS = {
    "in_force": N_("In force: counted."),
    "all_in": N_("In force as an all-in rate: it holds the ordinary duty and is counted whole."),
    "free": N_("In force at 0 %: the goods are exempt from this measure."),
    "content_only": N_("In force on a part of the value only; counted whole where that part is not known."),
    "content_given": N_("In force on a part of the value only: counted on the part that is given."),
    "rest_of_value": N_("In force on the rest of the value: on its metal content another programme is charged."),
    "condition_open": N_("Not counted: it holds under a condition that is not taken as met."),
    "ban": N_("The import is banned; a ban is not a rate."),
    "ban_in_force": N_("Not charged: the import is banned."),
    "specific_beats_general": N_("Not counted: a more specific rule applies."),
    "excluded": N_("Not counted: another programme on the same goods excludes it."),
    "excluded_disputed": N_("Not counted in this reading: sources disagree whether the two duties add up."),
    "part_only": N_("Not counted: it covers a part of these goods only."),
    "not_stated": N_("Not counted: our sources do not say whether it covers these goods."),
    "exempt_goods": N_("Not counted: these goods are exempt from the measure."),
    "rate_unknown": N_("In force, but its rate is not in our sources: not counted."),
    "start_unconfirmed": N_("Not counted: the scheduled start is not confirmed in our sources."),
    "scheduled": N_("Not counted: signed, not yet in effect."),
    "suspended": N_("Not counted: suspended."),
    "announced": N_("Not counted: announced without a legal instrument in force."),
    "threatened": N_("Not counted: a threat without a legal instrument."),
    "struck_down": N_("Not counted: struck down by a court."),
    "withdrawn": N_("Not counted: withdrawn."),
    "expired": N_("Not counted: expired or replaced."),
    "base_not_included": N_("The ordinary (MFN) duty comes on top: not counted here."),
    "base_counted": N_("The ordinary (MFN) duty of the line: counted."),
    "base_per_unit": N_(
        "The ordinary (MFN) duty has a part per unit of goods, which no per cent says: it comes on top."
    ),
    "base_in_all_in": N_("The ordinary (MFN) duty is held by the all-in rate."),
}
"""Why a layer is counted or not."""

REASONS_WITH_PROGRAMME = {
    "rest_of_value": N_(
        "In force on the rest of the value: on its metal content another programme ({programme}) is charged."
    ),
    "excluded": N_("Not counted: another programme ({programme}) on the same goods excludes it."),
}
"""The same where the programme is known that a layer gives way to."""

READINGS = {
    "as_counted": N_("As counted here."),
    "above_quota": N_("Above the yearly quota."),
    "part_covered": N_("For the part of these goods that the measure names."),
    "as_scheduled": N_("If the scheduled start took place."),
    "duties_add_up": N_("If the two duties add up, as another source says."),
    "gives_way": N_("If one of the two duties gives way, as another source says."),
    "not_stated_covered": N_("If the measure covers these goods: the texts at hand do not say."),
    "least_content": N_("With none of the content that the rate is charged on."),
    "lower_rated_items": N_("For the items of the list that keep the lower rate."),
    "metal_from_elsewhere": N_("If the metal was melted or smelted in another country."),
    "parts_of_trucks": N_("If the goods are parts of trucks or buses and not of cars."),
    "us_metal": N_("If the metal is of US origin."),
    "annex_three": N_("If the goods stand in Annex III: the greater of 15 % and the ordinary duty."),
    "components_elsewhere": N_("If critical components come from countries that are not allowed."),
    "onshoring_plan": N_("If the maker has an onshoring plan."),
    "mfn_pricing": N_("If the maker has a most-favoured-nation pricing agreement."),
    "orphan_or_generic": N_("If the medicine is an orphan or a generic one."),
    "exempt_end_use": N_("For an end use that is exempt."),
    "ordinary_duty_above": N_("For a code whose ordinary duty is higher than the all-in rate."),
    "longer_code": N_("For a longer code of this line that a list names on its own."),
    "together": N_("If two of these hold together."),
    "in_bulk": N_("In bulk: the ban is on packaged goods only."),
}
"""Other answers where a quota, an annex or a conflict of sources leaves more than one."""

PROGRAMMES = TARIFF_PROGRAMMES | {"base": N_("Ordinary (MFN) duty")}

TRUST_ORDER = tuple(TRUST_CLASSES)
LOW_TRUST = TRUST_ORDER[4:]
