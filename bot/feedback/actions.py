"""The buttons of "Was this right?", and what they say."""

from enum import StrEnum

from bot.slack.buttons import Action


class FeedbackAction(Action):
    """The ids of the buttons: `RIGHT` in messages, `YES` and `NO` in modals, `REASON` for each reason."""

    RIGHT = "feedback:right"
    YES = "feedback:yes"
    NO = "feedback:no"
    REASON = "feedback:reason"


class Said(StrEnum):
    """What a press says of an answer: that it was right or wrong, or why it was wrong."""

    YES = "yes"
    NO = "no"
    CAUSE = "cause"
    ACTION = "action"
    WHO = "who"
    UNCLEAR = "unclear"


REASONS = (Said.CAUSE, Said.ACTION, Said.WHO, Said.UNCLEAR)
"""What may be chosen after `NO`, in the order of the buttons."""
