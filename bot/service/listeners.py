"""All listeners of the Slack app, in the order in which Bolt tries them."""

from slack_bolt import App

from bot.absence import listeners as absence_listeners
from bot.alerts import listeners as alerts_listeners
from bot.desk import form_listeners, triage_listeners
from bot.desk import listeners as desk_listeners
from bot.diagnosis import listeners as diagnosis_listeners
from bot.feedback import listeners as feedback_listeners
from bot.freezes import listeners as freezes_listeners
from bot.grants import listeners as grants_listeners
from bot.home import listeners as home_listeners
from bot.identity import listeners as identity_listeners
from bot.questions import listeners as questions_listeners
from bot.requests import listeners as requests_listeners
from bot.reviews import listeners as reviews_listeners
from bot.runs import listeners as runs_listeners
from bot.service import buttons, forms, group_events, profile_events, slash_command
from bot.slack.request import Bot
from bot.watches import listeners as watches_listeners

_PARTS = (
    profile_events,
    group_events,
    slash_command,
    diagnosis_listeners,
    questions_listeners,
    desk_listeners,
    form_listeners,
    triage_listeners,
    grants_listeners,
    freezes_listeners,
    runs_listeners,
    identity_listeners,
    reviews_listeners,
    absence_listeners,
    alerts_listeners,
    requests_listeners,
    watches_listeners,
    feedback_listeners,
    buttons,
    forms,
    home_listeners,
)
"""`buttons` and `home_listeners` match every action and event, so the specific ones go first."""


def register(app: App, bot: Bot) -> None:
    """Register every listener with `app`."""
    for part in _PARTS:
        part.register(app, bot)
