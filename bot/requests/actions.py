"""The buttons of a request to a school, and its actions in the audit."""

from enum import StrEnum

from bot.slack.buttons import Action, Manner


class RequestAction(Action):
    """The ids of the buttons that ask, of the letters that are sent, and of the news that follows."""

    ASK = "request:ask", Manner.BESIDE
    RUN = "request:run", Manner.BESIDE
    DONE = "request:done", Manner.BESIDE
    NOT_MINE = "request:not-mine", Manner.BESIDE
    PUT_RIGHT = "request:put-right", Manner.BESIDE
    NOT_LEFT = "request:not-left", Manner.BESIDE
    MISSING = "aside:missing"
    DETAILS = "aside:details"
    SHOW = "request:show", Manner.ASIDE


class RequestAuditAction(StrEnum):
    """What the audit calls the use of these buttons."""

    ASK = "request-ask"
    RUN = "request-run"
    DONE = "request-done"
    NOT_MINE = "request-not-mine"
    PUT_RIGHT = "request-put-right"
    NOT_LEFT = "request-not-left"
    FREED = "request-freed"
    SHOW = "request-show"
