"""The buttons of the list of accounts that are still active."""

from bot.slack.buttons import Action, Manner


class StillActiveAction(Action):
    """The ids of the buttons that show the list, and of those under its groups."""

    LIST = "say:still-active"
    AGAIN = "say:again"
    ALL_GROUPS = "say:all-groups"
    GROUP = "say:group"
    PREVIOUS = "say:previous"
    NEXT = "say:next"
    CSV = "say:csv", Manner.BESIDE
