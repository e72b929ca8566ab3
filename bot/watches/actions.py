"""The buttons of a watch."""

from bot.slack.buttons import Action, Manner


class WatchAction(Action):
    """The ids of the buttons that begin and stop a watch, and that open what was watched."""

    START = "watch:start", Manner.BESIDE
    STOP = "watch:stop"
    WATCHED = "aside:watched"
