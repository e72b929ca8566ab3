"""The buttons of a diagnosis."""

from bot.slack.buttons import Action, Manner


class DiagnosisAction(Action):
    """The ids of a diagnosis's own buttons; `FAQ` opens an entry of the guide, wherever it is offered."""

    AGAIN = "say:again"
    FAQ = "say:faq", Manner.BESIDE
