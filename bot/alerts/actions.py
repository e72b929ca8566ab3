"""The buttons and menus of an alert and of a digest, and their actions in the audit."""

from enum import StrEnum

from bot.slack.buttons import Action, Manner


class AlertAction(Action):
    """The ids of an alert's buttons and menus; `SCHOOL` and the lines stand in digests and their answers."""

    ACKNOWLEDGE = "alert:acknowledge", Manner.ASIDE
    RELEASE = "alert:release", Manner.ASIDE
    SNOOZE = "alert:snooze", Manner.ASIDE
    WAKE = "alert:wake", Manner.ASIDE
    HAND_OVER = "alert:hand-over", Manner.ASIDE
    TAKE_BACK = "alert:take-back", Manner.ASIDE
    OPEN = "alert:open", Manner.ASIDE
    SCHOOL = "alert:school", Manner.ASIDE
    MISSING = "say:missing"
    RUN = "aside:run"
    LAST_RUN = "say:last-run"
    BOARD = "say:digest-board", Manner.BESIDE
    MINE = "aside:mine"


class AlertAuditAction(StrEnum):
    """What the audit calls the use of these buttons."""

    ACKNOWLEDGE = "alert-taken"
    RELEASE = "alert-let-go"
    SNOOZE = "alert-put-off"
    WAKE = "alert-woken"
    HAND_OVER = "alert-handed-over"
    TAKE_BACK = "alert-taken-back"
    FREED = "alert-freed"
    READINESS = "readiness"
