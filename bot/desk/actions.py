"""The buttons and menus of the service desk."""

from bot.slack.buttons import Action, Manner


class DeskAction(Action):
    """The ids of the desk's buttons and menus."""

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
    SEND_OUT = "desk:send-out"
