"""The table of the matrix: everything in Slack that can be typed, pressed, chosen or sent, and what it needs.

A line in braces is filled with a place's things (`matrix_world.Place`). `Act` is what the presser must be
allowed to do there; None is for what tells nothing about a person.
"""

from bot.absence import screens as absence_screens
from bot.absence.actions import AbsenceAction
from bot.alerts.actions import AlertAction
from bot.commands import Command, Verb, Verbs
from bot.desk import form_screens
from bot.desk.actions import DeskAction
from bot.desk.case import Party, Resolution
from bot.desk.triage_listeners import SHORTCUT
from bot.diagnosis.listeners import SHORTCUT as WHY_MISSING
from bot.feedback.actions import FeedbackAction
from bot.freezes import screens as freezes_screens
from bot.freezes.actions import FreezeAction
from bot.grants import screens as grants_screens
from bot.grants.actions import GrantAction
from bot.home import preference_screens
from bot.people.permissions import Act
from bot.questions.actions import QuestionAction
from bot.requests import screens as requests_screens
from bot.requests.actions import RequestAction
from bot.service.features import VERBS
from bot.slack import modals
from bot.slack.buttons import KitAction
from bot.watches.actions import WatchAction
from tests.bot.app_fixtures import Json, text_value
from tests.bot.matrix.matrix import (
    CARRIES,
    Element,
    EntryPoint,
    Refused,
    button,
    chosen,
    form,
    menu,
    people,
    typed,
    user,
)

# ---- What is typed after /hwb, and what a button may carry in its place.

AT_A_SCHOOL = (
    ("why-missing {learner} {number}", Act.DIAGNOSE),
    ("why-missing {waiting} {number}", Act.DIAGNOSE),
    ("why-missing {staff} {number}", Act.DIAGNOSE),
    ("no-password {learner} {number}", Act.DIAGNOSE),
    ("old-class {learner} {number}", Act.DIAGNOSE),
    ("move-account {staff} {number}", Act.DIAGNOSE),
    ("missing {number}", Act.DIAGNOSE),
    ("last-run {number}", Act.LAST_RUN),
    ("run {number}", Act.RUN),
    ("forecast {number}", Act.RUN),
    ("freeze {number}", Act.FREEZE),
    ("reconsider {number}", Act.DECIDE),
    ("still-active {number}", Act.DIAGNOSE),
    ("review non-mis {number}", Act.REVIEW),
    ("rollover {number}", Act.BOARD),
    ("report {number}", Act.REPORT),
)
"""Each verb about a school: typed, and as a button."""

AT_A_SCHOOL_TOO = (
    ("why-missing {learner}, {staff} {number}", Act.DIAGNOSE),
    ("missing year 7 {number}", Act.DIAGNOSE),
    ("missing class {class} {number}", Act.DIAGNOSE),
    ("missing intake {number}", Act.DIAGNOSE),
    ("missing run-held {number}", Act.DIAGNOSE),
    ("missing run-held csv {number}", Act.DIAGNOSE),
    ("missing unplaced {number}", Act.DIAGNOSE),
    ("missing csv {number}", Act.DIAGNOSE),
    ("still-active vanished {number}", Act.DIAGNOSE),
    ("still-active csv {number}", Act.DIAGNOSE),
    ("review {number}", Act.REVIEW),
    ("review governors {number}", Act.REVIEW),
)
"""The same verbs in their other forms, typed."""

ANYWHERE = (
    ("why-missing {learner}", Act.DIAGNOSE),
    ("why-missing {waiting}", Act.DIAGNOSE),
    ("why-missing {staff}", Act.DIAGNOSE),
    ("why-missing {learner}, {waiting}", Act.DIAGNOSE),
    ("why-missing", Act.DIAGNOSE),
    ("no-password {learner}", Act.DIAGNOSE),
    ("old-class {learner}", Act.DIAGNOSE),
    ("move-account {staff}", Act.DIAGNOSE),
    ("missing", Act.DIAGNOSE),
    ("last-run", Act.LAST_RUN),
    ("run", Act.RUN),
    ("forecast", Act.RUN),
    ("freeze", Act.FREEZE),
    ("reconsider", Act.DECIDE),
    ("still-active", Act.DIAGNOSE),
    ("review", Act.REVIEW),
    ("rollover", Act.BOARD),
    ("rollover csv", Act.BOARD),
    ("report", Act.REPORT),
    ("report 2026 markdown", Act.REPORT),
    ("desk", Act.DESK),
    ("grants", Act.GRANTS),
    ("grants {number}", Act.GRANTS),
    ("triage", Act.DESK),
    ("triage {waiting} {is_missing} {number}", Act.DESK),
)
"""No school is asked for: who may do it at some school is answered about theirs, whatever is named."""

ABOUT_NO_PERSON = (
    "dates",
    "dates 681",
    "faq",
    "faq learner-missing",
    "faq {learner}",
    "ask",
    "ask why is somebody not in the portal",
    "watches",
    "mine",
    "away",
    "preferences",
    "language",
    "language cymraeg",
    "help",
    "nonsense {learner}",
)
"""For everybody."""


_PROVISION = ("action", "re:^provision-some(-|$)")
_SAY, _ASIDE = ("action", "re:^(say|open):"), ("action", "re:^aside:")
_CASE: Json = {"refused": Refused.AS_A_CASE}
_THING: Json = {"refused": Refused.BY_THING}


def _lines_through_other_entry_points() -> list[Element]:
    """Every verb about a school as a button; through each further entry point a question and a run."""
    found = [button(f"say:{line.split()[0]}", line, act, listener=_SAY) for line, act in AT_A_SCHOOL]
    for line, act in (("why-missing {waiting} {number}", Act.DIAGNOSE), ("run {number}", Act.RUN)):
        found.append(button("open:x", line, act, EntryPoint.HOME, listener=_SAY))
        found.append(button("say:x", line, act, EntryPoint.MODAL, listener=_SAY))
        found.append(button("aside:x", line, act, listener=_ASIDE))
        found.append(menu("choose-school", "for:" + line.removesuffix(" {number}"), "{number}", act))
    for verb, who in (
        ("why-missing", "{waiting}"),
        ("no-password", "{learner}"),
        ("move-account", "{staff}"),
    ):
        values = {modals.IDENTIFIER: text_value(who), modals.SCHOOL: chosen("{number}")}
        found.append(form(modals.ASK, verb, Act.DIAGNOSE, values))
    return found


RUNS = (
    button("run-now", "{number} why-missing {waiting} {number}", Act.RUN),
    button("run-now", "{number} help", Act.RUN),
    button("run-both", "{number} {number} why-missing {waiting} {number}", Act.RUN),
    button(
        "provision-some", "{number} {waiting} why-missing {waiting} {number}", Act.RUN, listener=_PROVISION
    ),
    button("held:approve", "{run}", Act.DECIDE, **_THING),
    button("held:reject", "{run}", Act.DECIDE, **_THING),
    button("held:samples", "{run}", Act.DIAGNOSE, **_THING),
    button("identity:open", "{number}", Act.DECIDE),
    button("identity:same", "{doubt}", Act.DECIDE, **_THING),
    button("identity:another", "{doubt}", Act.DECIDE, **_THING),
    button("identity:office", "{doubt}", Act.DECIDE, **_THING),
    button("identity:decided", "{number}", Act.DECIDE),
    button("identity:change", "{doubt} same", Act.DECIDE, **_THING),
    button("held:undo", "{done}", Act.UNDO, **_THING),
)
REVIEWS = (
    button("review:details", "{account}", Act.REVIEW, **_THING),
    menu("review:keep", "review:{account}", "year", Act.REVIEW, **_THING),
    button("review:deactivate", "{account}", Act.REVIEW, **_THING),
    button("review:at-date", "{account}", Act.REVIEW, **_THING),
    button("review:in-portal", "{account}", Act.REVIEW, **_THING),
    button("review:undo", "{decided}", Act.REVIEW, **_THING),
    button("review:undo-ending", "{decided}", Act.REVIEW, **_THING),
    button("review:seen", "{account}", Act.REVIEW, **_THING),
    button("review:accept-list", "{number} 4f0c 6 8", Act.REVIEW),
    button("review:refuse-list", "{number} 4f0c 6 8", Act.REVIEW),
)
ALERTS = (
    button(AlertAction.ACKNOWLEDGE, "{alert}", Act.ALERT),
    button(AlertAction.RELEASE, "{alert}", Act.ALERT),
    menu(AlertAction.SNOOZE, "alert:{alert}", "tomorrow", Act.ALERT),
    button(AlertAction.WAKE, "{alert}", Act.ALERT),
    people(AlertAction.HAND_OVER, "alert:{alert}", Act.ALERT),
    button(AlertAction.TAKE_BACK, "{alert}", Act.ALERT),
    button(AlertAction.OPEN, "{alert}", Act.DIAGNOSE),
    button(AlertAction.SCHOOL, "{number}", Act.DIAGNOSE),
)
DESK = (
    button(DeskAction.ASK, "why-missing {waiting} {number}", Act.DIAGNOSE),
    button(DeskAction.OPEN, "{case}", Act.DESK, **_CASE),
    button(DeskAction.QUEUE, "desk", Act.DESK, EntryPoint.HOME, anywhere=True),
    button(DeskAction.TRIAGE, "triage", Act.DESK, EntryPoint.HOME, anywhere=True),
    button(DeskAction.TAKE, "{case}", Act.DESK, EntryPoint.MODAL, **_CASE),
    people(DeskAction.HAND_OVER, "case:{case}:moves", Act.DESK, EntryPoint.MODAL, **_CASE),
    button(DeskAction.REOPEN, "{case}", Act.DESK, EntryPoint.MODAL, **_CASE),
    button(DeskAction.ANSWERED, "{case}", Act.DESK, EntryPoint.MODAL, **_CASE),
    button(DeskAction.CHECK, "{case}", Act.DESK, EntryPoint.MODAL, **_CASE),
    button(DeskAction.WAIT, "{case}", Act.DESK, EntryPoint.MODAL, **_CASE),
    button(DeskAction.RESOLVE, "{case}", Act.DESK, EntryPoint.MODAL, **_CASE),
    button(DeskAction.SEND, "{case}", Act.DESK, EntryPoint.MODAL, **_CASE),
    button(DeskAction.FILL_IN, "{case}", Act.DESK, EntryPoint.MODAL, **_CASE),
    form(
        form_screens.WAIT,
        "{case}",
        Act.DESK,
        {
            form_screens.PARTY: chosen(Party.SCHOOL),
            form_screens.UNTIL: {"type": "datepicker", "selected_date": "2026-09-30"},
        },
        **_CASE,
    ),
    form(
        form_screens.RESOLVE,
        "{case}",
        Act.DESK,
        {form_screens.REASON: chosen(Resolution.ANSWERED), form_screens.NOTE: text_value("words")},
        **_CASE,
    ),
    form(form_screens.SEND, "{case}", Act.DESK, {form_screens.REPLY: text_value("words")}, **_CASE),
    form(
        form_screens.FILL_IN,
        "{case}",
        Act.DESK,
        {
            modals.SCHOOL: chosen("{number}"),
            form_screens.IDENTIFIER: text_value("{waiting}"),
            form_screens.QUESTION: chosen("why-missing"),
        },
        **_CASE,
    ),
    button(DeskAction.SEND_OUT, "{case}", Act.DESK, EntryPoint.MODAL, **_CASE),
    button(DeskAction.SHOW_TEXT, "{case}", Act.DESK, EntryPoint.MODAL, **_CASE),
    form(
        form_screens.PASTE,
        "",
        Act.DESK,
        {form_screens.TEXT: text_value("{waiting} {is_missing}"), modals.SCHOOL: chosen("{number}")},
        anywhere=True,
        **_CASE,
    ),
    Element(
        EntryPoint.SHORTCUT,
        SHORTCUT,
        Act.DESK,
        ("shortcut", SHORTCUT),
        {"text": "{waiting} {is_missing} {number}"},
        Refused.AS_A_CASE,
        anywhere=True,
    ),
)
REQUESTS = (
    button(RequestAction.ASK, "why-missing {waiting} {number}", Act.DIAGNOSE),
    button(RequestAction.ASK, "missing run-held {number}", Act.DIAGNOSE),
    button(RequestAction.RUN, "{request}", Act.RUN, **_THING),
    button(RequestAction.DONE, "{request}", Act.RUN, **_THING),
    button(RequestAction.NOT_MINE, "{request}", Act.RUN, **_THING),
    button(RequestAction.SHOW, "{request}", Act.RUN, EntryPoint.HOME, **_THING),
    button(RequestAction.ASK, "missing row-rejected {number}", Act.DIAGNOSE),
    button(RequestAction.PUT_RIGHT, "{dates}", Act.DIAGNOSE, **_THING),
    button(RequestAction.SHOW, "{dates}", Act.DIAGNOSE, EntryPoint.HOME, **_THING),
    button(RequestAction.NOT_LEFT, "{dates} {waiting}", Act.DIAGNOSE, **_THING),
    form(
        requests_screens.PASS_ON,
        "{request}",
        Act.RUN,
        {requests_screens.TO: {"type": "users_select", "selected_user": "{colleague}"}},
        **_THING,
    ),
)
WATCHES = (
    button(WatchAction.START, "why-missing {waiting} {number}", Act.DIAGNOSE),
    button(WatchAction.STOP, "{watch}", None),
)
OWN = (
    form(
        preference_screens.FORM,
        "",
        None,
        {
            preference_screens.HOUR: chosen("9"),
            preference_screens.WHEN: chosen(preference_screens.CHANGED),
            preference_screens.WHAT: chosen(preference_screens.LATE),
        },
    ),
    button(AbsenceAction.BACK, "away", None),
    form(
        absence_screens.FORM,
        "",
        None,
        {
            absence_screens.UNTIL: {"type": "datepicker", "selected_date": "2026-09-30"},
            absence_screens.COVER: {"type": "users_select", "selected_user": "{colleague}"},
        },
    ),
)
"""A user's own, who needs a role for it: the cover gets no right by it."""
FREEZES = (
    button(
        f"{FreezeAction.END}-1",
        "{freeze}",
        Act.FREEZE,
        listener=("action", f"re:^{FreezeAction.END}(-|$)"),
        **_THING,
    ),
    form(
        freezes_screens.FORM,
        "",
        Act.FREEZE,
        {
            modals.SCHOOL: chosen("{number}"),
            freezes_screens.FROM: {"type": "datepicker", "selected_date": "2026-10-05"},
            freezes_screens.TO: {"type": "datepicker", "selected_date": "2026-10-06"},
            freezes_screens.REASON: text_value("words"),
        },
    ),
)
GRANTS = (
    button(GrantAction.GIVE, "grants", Act.GRANTS, refused=Refused.BY_ACT, anywhere=True),
    button(GrantAction.TAKE, "{champion} digital-champion {number}", Act.GRANTS, refused=Refused.BY_ACT),
    user(GrantAction.OF, "x", Act.GRANTS, refused=Refused.BY_ACT, anywhere=True),
    menu(GrantAction.AT, "x", "{number}", Act.GRANTS, refused=Refused.BY_ACT, anywhere=True),
    form(
        grants_screens.FORM,
        "",
        Act.GRANTS,
        {
            grants_screens.PERSON: {"type": "users_select", "selected_user": "{colleague}"},
            grants_screens.ROLE: chosen("administrator"),
            GrantAction.PLACE: chosen("{number}"),
        },
        refused=Refused.BY_ACT,
    ),
)
DIAGNOSES = (
    Element(
        EntryPoint.ANYWHERE, WHY_MISSING, Act.DIAGNOSE, ("shortcut", WHY_MISSING), {"text": ""}, anywhere=True
    ),
)
JUDGED = "why-missing never-run why-missing {waiting} {number}"
FEEDBACK = (
    button(FeedbackAction.RIGHT, f"yes {JUDGED}", Act.DIAGNOSE),
    button(FeedbackAction.YES, f"yes {JUDGED}", Act.DIAGNOSE, EntryPoint.MODAL),
    button(FeedbackAction.NO, f"no {JUDGED}", Act.DIAGNOSE, EntryPoint.MODAL),
    button(
        f"{FeedbackAction.REASON}-who",
        f"who {JUDGED}",
        Act.DIAGNOSE,
        listener=("action", f"re:^{FeedbackAction.REASON}-"),
    ),
)
"""What is said of an answer counts only where its user may see the answer."""
ASKED = "{waiting} {is_missing} {number}"
IN_WORDS = (
    typed(f"ask {ASKED}", None),
    typed(ASKED, None),
    form(modals.ASK_IN_WORDS, "", None, {modals.QUESTION: text_value(ASKED)}),
    button(QuestionAction.LOOK_UP, "why-missing {waiting} {number}", Act.DIAGNOSE, listener=_ASIDE),
    Element(EntryPoint.MENTION, "app_mention", None, ("event", "app_mention"), {"text": ASKED}),
    Element(EntryPoint.WRITTEN, "message", None, ("event", "message"), {"text": ASKED}),
)
"""All people may ask what the guide says; the person it is about is looked up only with permission."""
HOME = (
    Element(
        EntryPoint.OPENED,
        "app_home_opened",
        Act.DIAGNOSE,
        ("event", "app_home_opened"),
        {"tab": "home"},
        anywhere=True,
    ),
    button("home:refresh", "refresh", Act.DIAGNOSE, EntryPoint.HOME, anywhere=True),
)
FOR_ALL_PEOPLE = (
    button(KitAction.UNREADABLE, "", None),
    button("an-old-button", "{learner} {number}", None, listener=("action", "re:")),
    Element(EntryPoint.OPTIONS, "choose-school", None, ("options", "re:^(school|choose-school)$"), {}),
    Element(EntryPoint.OPTIONS, DeskAction.HAND_OVER, None, ("options", DeskAction.HAND_OVER), {}),
    Element(EntryPoint.OPTIONS, AlertAction.HAND_OVER, None, ("options", AlertAction.HAND_OVER), {}),
    Element(EntryPoint.OPTIONS, GrantAction.PLACE, None, ("options", "re:^(grants:at|grants:place)$"), {}),
    *(button("say:faq", line, None, listener=_SAY) for line in ("faq", "faq learner-missing", "dates")),
)

NOT_PRESSED: Json = {
    ("action", modals.SCHOOL): "a field of a modal tells that it was filled in: acknowledged, no more",
    ("action", GrantAction.PLACE): "a field of a modal tells that it was filled in: acknowledged, no more",
    ("event", "subteam_members_changed"): "Slack tells that a user group has other members",
    ("event", "user_change"): "Slack tells that a profile has changed",
    ("event", "re:"): "other events of Slack's are acknowledged, no more",
}
"""What the bot listens to that is no row, and why."""

ELEMENTS: tuple[Element, ...] = (
    *(typed(line, act) for line, act in (*AT_A_SCHOOL, *AT_A_SCHOOL_TOO)),
    typed("desk {case}", Act.DESK, refused=Refused.BY_ACT),
    *(typed(line, act, anywhere=True) for line, act in ANYWHERE),
    *(typed(line, None) for line in ABOUT_NO_PERSON),
    *_lines_through_other_entry_points(),
    *RUNS,
    *REVIEWS,
    *ALERTS,
    *DESK,
    *REQUESTS,
    *WATCHES,
    *OWN,
    *FREEZES,
    *GRANTS,
    *DIAGNOSES,
    *FEEDBACK,
    *IN_WORDS,
    *HOME,
    *FOR_ALL_PEOPLE,
)


CARRYING = [
    element for element in ELEMENTS if any("{" in str(element.payload.get(where)) for where in CARRIES)
]
"""What carries a thing by a number or a line."""


def commands() -> list[tuple[Command, Act | None]]:
    """What the typed lines say, and what they need."""
    said = [
        (VERBS.parse(element.payload["text"]), element.act)
        for element in ELEMENTS
        if element.entry_point is EntryPoint.TYPED
    ]
    return [(command, act) for command, act in said if isinstance(command, Command)]


def without_a_row(verbs: Verbs) -> set[tuple[Verb, Act | None]]:
    """The verbs, with what they need, that no row of the table types."""
    return {(verb, verb.act) for verb in verbs.every} - {(command.verb, act) for command, act in commands()}
