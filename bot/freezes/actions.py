"""The button that ends a freeze, and the actions in the audit."""

from enum import StrEnum

from bot.slack.buttons import Action


class FreezeAction(Action):
    """The id of the button that ends a freeze."""

    END = "freeze:end"


class FreezeAuditAction(StrEnum):
    """What the audit calls a freeze that is set or ended."""

    BEGIN = "freeze-begun"
    END = "freeze-ended"
