"""The buttons of a request to the provisioning manager."""

from bot.slack.buttons import Action, Manner


class RequestAction(Action):
    """The ids of the buttons that ask, of the letter that is sent, and of the news that follows."""

    ASK = "request:ask", Manner.BESIDE
    RUN = "request:run", Manner.BESIDE
    DONE = "request:done", Manner.BESIDE
    NOT_MINE = "request:not-mine", Manner.BESIDE
    MISSING = "aside:missing"
    DETAILS = "aside:details"
