"""The buttons and menus of the list of roles."""

from bot.slack.buttons import Action


class GrantAction(Action):
    """The ids of the buttons and menus of the list of roles."""

    GIVE = "grants:give"
    TAKE = "grants:take"
    OF = "grants:of"
    AT = "grants:at"
    PLACE = "grants:place"
    """A menu in the form that gives a role, and the name of that field."""
    ALL = "say:grants-all"
    BACK = "say:grants-back"
    ON = "say:grants-on"
