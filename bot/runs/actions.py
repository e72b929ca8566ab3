"""The buttons of a run, and its actions in the audit."""

from enum import StrEnum

from bot.slack.buttons import Action, Manner


class RunAction(Action):
    """The ids of the buttons that start, decide or undo a run."""

    RUN = "say:run"
    FORECAST = "say:forecast"
    RUN_NOW = "run-now"
    RUN_BOTH = "run-both"
    PROVISION = "provision-some"
    APPROVE = "held:approve"
    REJECT = "held:reject"
    SAMPLES = "held:samples", Manner.ASIDE
    UNDO = "held:undo"
    RECONSIDER = "say:reconsider"
    LAST_RUN = "aside:last-run"


class RunAuditAction(StrEnum):
    """What the audit calls the actions about runs."""

    RUN = "run"
    PROVISION = "provision-some"
    APPROVE = "approve"
    REJECT = "reject"
    SAMPLES = "samples"
    UNDO = "undo"
    RECONSIDER = "reconsider"
