"""The buttons of a diagnosis."""

from bot.slack.buttons import Action, Manner


class DiagnosisAction(Action):
    """The ids of a diagnosis's own buttons; `FAQ` opens an entry of the guide, wherever it is offered.

    `PERSON` shows the whole answer about one of several people, `SUGGESTED` that about a similar identifier.
    """

    AGAIN = "say:again"
    PERSON = "say:person", Manner.BESIDE
    SUGGESTED = "say:suggested"
    FAQ = "say:faq", Manner.BESIDE
