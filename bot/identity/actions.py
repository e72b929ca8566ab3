"""The buttons of accounts in doubt, and their action and outcome in the audit."""

from enum import StrEnum

from bot.slack.buttons import Action, Manner


class IdentityAction(Action):
    """The ids of the buttons that show a school's accounts in doubt and decide them."""

    OPEN = "identity:open", Manner.ASIDE
    SAME = "identity:same"
    ANOTHER = "identity:another"
    OFFICE = "identity:office", Manner.ASIDE
    DECIDED = "identity:decided", Manner.ASIDE
    CHANGE = "identity:change"


class IdentityAuditAction(StrEnum):
    """What the audit calls the look at accounts in doubt, and a decision about one."""

    DECIDE = "decide"


SENT_TO_OFFICE = "office"
"""The outcome of a question for which the user is told to ask the school office."""
