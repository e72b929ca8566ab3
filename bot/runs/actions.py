"""The buttons of a run."""

from bot.slack.buttons import Action, Manner


class RunAction(Action):
    """The ids of the buttons that start, decide or undo a run."""

    RUN = "say:run"
    FORECAST = "say:forecast"
    RUN_NOW = "run-now"
    APPROVE = "held:approve"
    REJECT = "held:reject"
    SAMPLES = "held:samples", Manner.ASIDE
    UNDO = "held:undo"
    RECONSIDER = "say:reconsider"
