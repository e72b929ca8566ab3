"""The buttons and menus of a review of accounts made by hand."""

from bot.slack.buttons import Action


class ReviewAction(Action):
    """The ids of a review's buttons and menus; `LIST` has a variant for each kind of account."""

    LIST = "say:review"
    DETAILS = "review:details"
    KEEP = "review:keep"
    DEACTIVATE = "review:deactivate"
    AT_DATE = "review:at-date"
    IN_PORTAL = "review:in-portal"
    UNDO = "review:undo"
