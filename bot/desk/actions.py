"""The buttons and menus of the service desk, and its actions in the audit."""

from enum import StrEnum

from bot.slack.buttons import Action, Manner


class DeskAction(Action):
    """The ids of the service desk's buttons and menus."""

    OPEN = "desk:open"
    ASK = "desk:ask", Manner.BESIDE
    TRIAGE = "desk:triage"
    QUEUE = "desk:queue"
    TAKE = "desk:take"
    HAND_OVER = "desk:hand-over"
    WAIT = "desk:wait"
    RESOLVE = "desk:resolve"
    REOPEN = "desk:reopen"
    CHECK = "desk:check"
    SEND = "desk:send"
    ANSWERED = "desk:answered"
    FILL_IN = "desk:fill-in"
    SHOW_TEXT = "desk:show-text"
    SEND_OUT = "desk:send-out"


class CaseAuditAction(StrEnum):
    """What the audit calls a look-up of a case, or an attempt to change it.

    A change that was made stands there as `case-` and its `EventKind`.
    """

    SEEN = "case-seen"
    FORM = "case-form"
    ASK = "case-ask"
    TAKE = "case-take"
    HAND_OVER = "case-hand-over"
    WAIT = "case-wait"
    RESOLVE = "case-resolve"
    REOPEN = "case-reopen"
    ANSWER = "case-answer"
    SEND_OUT = "case-send-out"
    CHECK = "case-check"
    FILL_IN = "case-fill-in"
    SHOW_TEXT = "case-show-text"
    TRIAGE = "triage"
