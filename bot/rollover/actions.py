"""The buttons and menus of the rollover board."""

from bot.slack.buttons import Action, Manner


class RolloverAction(Action):
    """The ids of the buttons and menus of the board, of a school's stages, and of the key dates."""

    AGAIN = "say:again"
    AUTHORITY = "say:authority"
    SCHOOL = "say:school"
    PREVIOUS = "say:previous"
    NEXT = "say:next"
    PICTURE = "say:picture", Manner.BESIDE
    CSV = "say:csv", Manner.BESIDE
    MISSING = "say:missing"
    LAST_RUN = "say:last-run"
    RUN = "say:run"
