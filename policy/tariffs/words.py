"""The codes that the tariff rules answer with, and their English sentences (translated where shown)."""

from etl.message import N_
from etl.vocabulary import TARIFF_PROGRAMMES, TRUST_CLASSES

ENDED = ("struck_down", "withdrawn", "expired")

REASONS = {
    "in_force": N_("In force: counted."),
    "all_in": N_("In force as an all-in rate: it holds the ordinary duty and is counted whole."),
    "free": N_("In force at 0 %: the goods are exempt from this measure."),
    "content_only": N_("In force on a part of the value only; counted whole where that part is not known."),
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
    "base_not_included": N_("The ordinary (MFN) duty is not in our sources: it comes on top."),
    "base_in_all_in": N_("The ordinary (MFN) duty is held by the all-in rate."),
}
"""Why a layer is counted or not."""

READINGS = {
    "as_counted": N_("As counted here."),
    "above_quota": N_("Above the yearly quota."),
    "part_covered": N_("For the part of these goods that the measure names."),
    "as_scheduled": N_("If the scheduled start took place."),
    "duties_add_up": N_("If the two duties add up, as another source says."),
}
"""Other answers where a quota, an annex or a conflict of sources leaves more than one."""

PROGRAMMES = TARIFF_PROGRAMMES | {"base": N_("Ordinary (MFN) duty")}

TRUST_ORDER = tuple(TRUST_CLASSES)
LOW_TRUST = TRUST_ORDER[4:]
