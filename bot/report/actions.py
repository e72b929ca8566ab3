"""The buttons and menus of the report."""

from bot.slack.buttons import Action, Manner


class ReportAction(Action):
    """The ids of the report's buttons and menus; each stands for a command line."""

    BEFORE = "say:report-before"
    AUTHORITY = "say:report-authority"
    PICTURE = "say:report-picture", Manner.BESIDE
    HTML = "say:report-html", Manner.BESIDE
    MARKDOWN = "say:report-markdown", Manner.BESIDE
