"""The buttons of a watch, and its actions in the audit."""

from enum import StrEnum

from bot.slack.buttons import Action, Manner


class WatchAction(Action):
    """The ids of the buttons that begin and stop a watch, and that open what was watched."""

    START = "watch:start", Manner.BESIDE
    STOP = "watch:stop"
    WATCHED = "aside:watched"


class WatchAuditAction(StrEnum):
    """What the audit calls the use of these buttons."""

    START = "watch"
    STOP = "watch-stopped"
