"""What each feature declares and contributes, in the order of the screen; a new feature is named here."""

from bot.alerts.actions import AlertAction
from bot.desk import contributions as desk
from bot.desk.actions import DeskAction
from bot.diagnosis import contributions as diagnosis
from bot.diagnosis.actions import DiagnosisAction
from bot.grants.actions import GrantAction
from bot.home.actions import HomeAction
from bot.missing import contributions as missing
from bot.missing.actions import MissingAction
from bot.questions.actions import QuestionAction
from bot.requests import contributions as requests
from bot.requests.actions import RequestAction
from bot.reviews import contributions as reviews
from bot.reviews.actions import ReviewAction
from bot.rollover import contributions as rollover
from bot.rollover.actions import RolloverAction
from bot.runs import contributions as runs
from bot.runs.actions import RunAction
from bot.slack.buttons import KitAction, manners_of
from bot.slack.contributors import Features
from bot.watches import contributions as watches
from bot.watches.actions import WatchAction

ACTIONS = (
    AlertAction,
    DeskAction,
    DiagnosisAction,
    GrantAction,
    HomeAction,
    KitAction,
    MissingAction,
    QuestionAction,
    RequestAction,
    ReviewAction,
    RolloverAction,
    RunAction,
    WatchAction,
)
"""The buttons and menus of each feature: Slack sends back their ids, from old messages too."""

DIAGNOSIS_BUTTONS = (
    runs.diagnosis_buttons,
    requests.diagnosis_buttons,
    watches.diagnosis_buttons,
    diagnosis.diagnosis_buttons,
    desk.diagnosis_buttons,
)

GROUP_BUTTONS = (requests.group_buttons,)

HOME_SECTIONS = (desk.home_section,)

HOME_SCHOOL_LINES = (
    runs.home_school_lines,
    missing.home_school_lines,
    rollover.home_school_lines,
    reviews.home_school_lines,
)

FEATURES = Features(manners_of(ACTIONS), DIAGNOSIS_BUTTONS, GROUP_BUTTONS, HOME_SECTIONS, HOME_SCHOOL_LINES)
