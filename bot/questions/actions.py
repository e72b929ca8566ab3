"""The buttons of an answer to a question in plain words."""

from bot.slack.buttons import Action, Manner


class QuestionAction(Action):
    """The ids of the buttons under an answer; `LOOK` has a variant for each person in question.

    `LOOK` is about a person: it opens a modal, so that no message keeps what it tells.
    """

    LOOK = "aside:look"
    ASK = "open:ask"
    CHOICE = "say:choice"
    CONTACTS = "say:contacts"
    FAQ = "say:faq", Manner.BESIDE
    VERB = "say:verb"
