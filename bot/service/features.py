"""The list of features: what each of them declares and contributes."""

from typing import Any

from bot.absence import answers as absence
from bot.absence import contributions as absence_contributions
from bot.absence import letters as absence_letters
from bot.absence.actions import AbsenceAction
from bot.alerts import contributions as alerts_contributions
from bot.alerts import letters as alerts_letters
from bot.alerts import workers as alerts_workers
from bot.alerts.actions import AlertAction
from bot.api import event_letters as api_events
from bot.commands import Verbs
from bot.desk import answers as desk
from bot.desk import contributions as desk_contributions
from bot.desk import letters as desk_letters
from bot.desk.actions import DeskAction
from bot.diagnosis import answers as diagnosis
from bot.diagnosis import contributions as diagnosis_contributions
from bot.diagnosis.actions import DiagnosisAction
from bot.feedback.actions import FeedbackAction
from bot.freezes import answers as freezes
from bot.freezes import contributions as freezes_contributions
from bot.freezes.actions import FreezeAction
from bot.grants import answers as grants
from bot.grants.actions import GrantAction
from bot.home import answers as home
from bot.home.actions import HomeAction
from bot.identity import contributions as identity_contributions
from bot.identity import letters as identity_letters
from bot.identity.actions import IdentityAction
from bot.missing import answers as missing
from bot.missing import contributions as missing_contributions
from bot.missing.actions import MissingAction
from bot.outbox import recall, trouble
from bot.outbox.kinds import LetterKind
from bot.questions import answers as questions
from bot.questions.actions import QuestionAction
from bot.report import answers as report
from bot.report.actions import ReportAction
from bot.requests import contributions as requests_contributions
from bot.requests import letters as requests_letters
from bot.requests.actions import RequestAction
from bot.reviews import answers as reviews
from bot.reviews import contributions as reviews_contributions
from bot.reviews import letters as reviews_letters
from bot.reviews.actions import ReviewAction
from bot.rollover import answers as rollover
from bot.rollover import contributions as rollover_contributions
from bot.rollover.actions import RolloverAction
from bot.runs import answers as runs
from bot.runs import contributions as runs_contributions
from bot.runs import letters as runs_letters
from bot.runs.actions import RunAction
from bot.runs.some_people import buttons_of_several
from bot.service import uninstalling
from bot.slack.buttons import KitAction, manners_of
from bot.slack.contributors import Features
from bot.still_active import answers as still_active
from bot.still_active import contributions as still_active_contributions
from bot.still_active.actions import StillActiveAction
from bot.watches import answers as watches
from bot.watches import contributions as watches_contributions
from bot.watches import letters as watches_letters
from bot.watches.actions import WatchAction

VERBS = Verbs(
    (
        *diagnosis.VERBS,
        *missing.VERBS,
        *still_active.VERBS,
        *runs.VERBS,
        *freezes.VERBS,
        *reviews.VERBS,
        *rollover.VERBS,
        *report.VERBS,
        *desk.VERBS,
        *grants.VERBS,
        *questions.VERBS,
        *watches.VERBS,
        *absence.VERBS,
        *home.VERBS,
    )
)
"""Every verb of `/hwb`, in the order in which help lists them."""
LETTER_KINDS: tuple[LetterKind[Any], ...] = (
    *trouble.KINDS,
    *recall.KINDS,
    *alerts_letters.KINDS,
    *alerts_workers.KINDS,
    *runs_letters.KINDS,
    *identity_letters.KINDS,
    *reviews_letters.KINDS,
    *desk_letters.KINDS,
    *requests_letters.KINDS,
    *watches_letters.KINDS,
    *absence_letters.KINDS,
    *api_events.KINDS,
    *uninstalling.KINDS,
)
ACTIONS = (
    AbsenceAction,
    AlertAction,
    DeskAction,
    DiagnosisAction,
    FeedbackAction,
    FreezeAction,
    GrantAction,
    HomeAction,
    IdentityAction,
    KitAction,
    MissingAction,
    QuestionAction,
    ReportAction,
    RequestAction,
    ReviewAction,
    RolloverAction,
    RunAction,
    StillActiveAction,
    WatchAction,
)
"""The ids of each feature's buttons and menus, which Slack sends from old messages too."""

DIAGNOSIS_BUTTONS = (
    identity_contributions.diagnosis_buttons,
    runs_contributions.diagnosis_buttons,
    requests_contributions.diagnosis_buttons,
    watches_contributions.diagnosis_buttons,
    diagnosis_contributions.diagnosis_buttons,
    desk_contributions.diagnosis_buttons,
)

DIAGNOSIS_NOTES = (requests_contributions.diagnosis_notes,)

SEVERAL_PARTS = (requests_contributions.several_notes, buttons_of_several)

GROUP_BUTTONS = (
    identity_contributions.group_buttons,
    runs_contributions.group_buttons,
    requests_contributions.group_buttons,
)

GROUP_NOTES = (requests_contributions.group_notes,)

ENDING_BUTTONS = (runs_contributions.ending_buttons,)

RUN_BUTTONS = (
    missing_contributions.run_buttons,
    identity_contributions.run_buttons,
    still_active_contributions.run_buttons,
)

HOME_SECTIONS = (desk_contributions.home_section,)

HOME_SCHOOL_LINES = (
    freezes_contributions.home_school_lines,
    runs_contributions.home_school_lines,
    missing_contributions.home_school_lines,
    rollover_contributions.home_school_lines,
    reviews_contributions.home_school_lines,
)

HOME_SCHOOL_WORDS = (
    freezes_contributions.home_school_words,
    missing_contributions.home_school_words,
    runs_contributions.home_school_words,
    rollover_contributions.home_school_words,
    reviews_contributions.home_school_words,
)

TASKS = (
    runs_contributions.tasks,
    identity_contributions.tasks,
    alerts_contributions.tasks,
    requests_contributions.tasks,
    desk_contributions.tasks,
    watches_contributions.tasks,
)

NOTICES = (absence_contributions.notice,)

WAITS = (requests_contributions.waits, desk_contributions.waits)
"""What of each feature digests tell a user who covers for another."""

FEATURES = Features(
    manners_of(ACTIONS),
    diagnosis_buttons=DIAGNOSIS_BUTTONS,
    diagnosis_notes=DIAGNOSIS_NOTES,
    several_parts=SEVERAL_PARTS,
    group_buttons=GROUP_BUTTONS,
    group_notes=GROUP_NOTES,
    ending_buttons=ENDING_BUTTONS,
    run_buttons=RUN_BUTTONS,
    home_sections=HOME_SECTIONS,
    home_school_lines=HOME_SCHOOL_LINES,
    home_school_words=HOME_SCHOOL_WORDS,
    tasks=TASKS,
    notices=NOTICES,
)
