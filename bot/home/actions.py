"""The buttons of App Home, and its action in the audit."""

from enum import StrEnum

from bot.slack.buttons import Action, Manner


class HomeAction(Action):
    """The ids of Home's buttons; each opens a modal, or else changes Home."""

    WHY_MISSING = "open:why-missing"
    NO_PASSWORD = "open:no-password"  # noqa: S105 - the verb of that name
    OLD_CLASS = "open:old-class"
    ASK = "open:ask"
    BOARD = "say:board"
    DATES = "say:dates"
    FAQ = "say:faq", Manner.BESIDE
    GRANTS = "say:grants"
    MINE = "say:mine"
    AWAY = "say:away"
    PREFERENCES = "say:preferences"
    SCHOOL = "say:school"
    REFRESH = "home:refresh"
    ROLLOVER = "say:rollover"
    MISSING = "say:missing"
    STILL_ACTIVE = "say:still-active"
    LAST_RUN = "say:last-run"
    FORECAST = "say:forecast"
    RUN = "say:run"
    REVIEW = "say:review"


class HomeAuditAction(StrEnum):
    """What the audit calls an opened or refreshed Home, and a choice of digests."""

    SHOWN = "home"
    PREFERENCES = "preferences"
