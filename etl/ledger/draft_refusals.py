"""Why a step of a draft can't be taken, as sentences for who wanted it."""

from etl.message import N_, Message


class StepRefused(Exception):
    """A step that can't be taken as the draft is now; `message` is the sentence for who wanted it."""

    def __init__(self, message: Message):
        super().__init__(message.text())
        self.message = message


NOT_THERE = N_("This draft is not there any more.")
IS_OVER = N_("This draft was published or withdrawn already.")
HAS_CHANGED = N_("This draft was changed since you looked at it. Look at it again.")
NOT_SUBMITTED = N_("This draft is not submitted: there is nothing to answer yet.")
OWN_DRAFT = N_("Somebody else must approve it: you had a hand in this draft.")
NO_MESSAGE = N_("Say why in English and in French: readers of both are told.")
NO_REASON = N_("Give a reason for every warning.")
SAY_WHY = N_("Say why it goes back.")
NOT_YET = N_("It is not the time yet that this draft is to be published at.")
