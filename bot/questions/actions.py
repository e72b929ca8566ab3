"""The buttons of an answer to a question in plain words."""

from bot.slack.buttons import Action, Manner


class QuestionAction(Action):
    """The ids of the buttons under an answer; `LOOK_UP` has a variant for each person.

    `LOOK_UP` is about a person and opens a modal, so that no message keeps the answer.
    """

    LOOK_UP = "aside:look"
    ASK = "open:ask"
    CHOICE = "say:choice"
    CONTACTS = "say:contacts"
    FAQ = "say:faq", Manner.BESIDE
    VERB = "say:verb"
