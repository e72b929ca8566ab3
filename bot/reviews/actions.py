"""The buttons and menus of a review of accounts made by hand, and its actions in the audit."""

from enum import StrEnum

from bot.slack.buttons import Action, Manner


class ReviewAction(Action):
    """The ids of a review's buttons and menus; `LIST` has a variant for each kind of account.

    `UNDO_ENDING` and `SEEN` stand in letters about accounts that have ended by themselves: `SEEN` says of all
    accounts of the letter that they may stay ended. `ACCEPT_LIST` and `REFUSE_LIST` decide on a list that is
    held, and stand in the letter about it.
    """

    LIST = "say:review"
    DETAILS = "review:details"
    KEEP = "review:keep"
    DEACTIVATE = "review:deactivate"
    AT_DATE = "review:at-date"
    IN_PORTAL = "review:in-portal"
    UNDO = "review:undo"
    UNDO_ENDING = "review:undo-ending", Manner.BESIDE
    SEEN = "review:seen", Manner.BESIDE
    ACCEPT_LIST = "review:accept-list", Manner.BESIDE
    REFUSE_LIST = "review:refuse-list", Manner.BESIDE


class ReviewAuditAction(StrEnum):
    """What the audit calls a look at an account, a decision about it, and an end that came by itself."""

    DETAILS = "review-details"
    KEEP = "keep"
    DEACTIVATE = "deactivate"
    AT_DATE = "deactivate-at-date"
    IN_PORTAL = "review-in-portal"
    UNDO = "undo-review"
    SEEN = "review-seen"
    ACCEPT_LIST = "accept-list"
    REFUSE_LIST = "refuse-list"
    ENDED = "account-ended"
