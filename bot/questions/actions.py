"""The buttons of an answer to a question in plain words."""

from bot.slack.buttons import Action, Manner


class QuestionAction(Action):
    """The ids of the buttons under an answer; `LOOK_UP` has a variant for each person, `VERB` for each verb.

    `LOOK_UP` is about a person and opens a modal, so that no message keeps the answer; so does `WISH_ASIDE`,
    which carries out a verb where the conversation would keep it.
    """

    LOOK_UP = "aside:look"
    ASK = "open:ask"
    CHOICE = "say:choice"
    CONTACTS = "say:contacts"
    FAQ = "say:faq", Manner.BESIDE
    VERB = "say:verb"
    WISH_ASIDE = "aside:verb"
