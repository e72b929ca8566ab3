"""The buttons about an absence, and its actions in the audit."""

from enum import StrEnum

from bot.slack.buttons import Action


class AbsenceAction(Action):
    """The ids of the buttons that open the form, and that end an absence."""

    AWAY = "say:away"
    BACK = "absence:back"


class AbsenceAuditAction(StrEnum):
    """What the audit calls an absence that is begun or ended."""

    BEGIN = "away-begun"
    END = "away-ended"
