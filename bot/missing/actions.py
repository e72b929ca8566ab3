"""The buttons and menus of the list of missing accounts."""

from bot.slack.buttons import Action, Manner


class MissingAction(Action):
    """The ids of the buttons and menus under the groups of missing accounts."""

    LIST = "say:missing"
    AGAIN = "say:again"
    COHORT = "say:cohort"
    ALL_GROUPS = "say:all-groups"
    GROUP = "say:group"
    PREVIOUS = "say:previous"
    NEXT = "say:next"
    CSV = "say:csv", Manner.BESIDE
    PERSON = "say:person", Manner.BESIDE
