"""The table of the matrix: everything in Slack that can be typed, pressed, chosen or sent, and what it needs.

A line in braces is filled with a place's things (`matrix_world.Place`). `Act` is what the presser must be
allowed to do there; None is for what tells nothing about anybody.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from bot.access import Act
from bot.commands import Command, parse
from bot.desk.case import Party, Reason
from bot.listeners.desk_triage import SHORTCUT
from bot.presenters import alerts, asking, desk, desk_forms, grants, modals, requests, watching

Json = dict[str, Any]


class Refused(Enum):
    """In which words somebody is refused."""

    BY_SCHOOL = "the school's number was typed or carried, and may be named"
    BY_ACT = "who may do it is said, and no school is named"
    BY_THING = "what is named by a number of ours is not there, or not theirs: which of the two is not said"
    AS_A_CASE = "who works on cases is said, also to those without any role"


class Door(Enum):
    """How something reaches the bot."""

    TYPED = "/hwb"
    MESSAGE = "a button or menu of a message"
    MODAL = "a button or menu of a modal"
    HOME = "a button of Home"
    FORM = "a modal that is sent"
    SHORTCUT = "a shortcut on a message"
    OPENED = "the bot's Home is opened"
    MENTION = "a message in a channel that names the bot"
    WRITTEN = "a direct message"
    OPTIONS = "a menu that is typed into"


@dataclass(frozen=True)
class Element:
    """A row of the matrix. `listener` is how the bot's own registration must name what takes it."""

    door: Door
    name: str
    act: Act | None
    listener: tuple[str, str]
    payload: Json
    refused: Refused = Refused.BY_SCHOOL
    anywhere: bool = False

    @property
    def names_something(self) -> bool:
        """Whether it is another thing at another school."""
        return "{" in str(self.payload)

    def __str__(self) -> str:
        return f"{self.door.name.lower()} {self.name} {self.payload.get('value', '')}".strip()


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
    ("review non-mis {number}", Act.REVIEW),
    ("rollover {number}", Act.BOARD),
)
"""Each verb about a school: typed, and as a button."""

AT_A_SCHOOL_TOO = (
    ("missing year 7 {number}", Act.DIAGNOSE),
    ("missing class {class} {number}", Act.DIAGNOSE),
    ("missing intake {number}", Act.DIAGNOSE),
    ("missing run-held {number}", Act.DIAGNOSE),
    ("missing run-held csv {number}", Act.DIAGNOSE),
    ("missing unplaced {number}", Act.DIAGNOSE),
    ("missing csv {number}", Act.DIAGNOSE),
    ("review {number}", Act.REVIEW),
    ("review governors {number}", Act.REVIEW),
)
"""The same verbs in their other forms, typed."""

ANYWHERE = (
    ("why-missing {learner}", Act.DIAGNOSE),
    ("why-missing {waiting}", Act.DIAGNOSE),
    ("why-missing {staff}", Act.DIAGNOSE),
    ("why-missing", Act.DIAGNOSE),
    ("no-password {learner}", Act.DIAGNOSE),
    ("old-class {learner}", Act.DIAGNOSE),
    ("move-account {staff}", Act.DIAGNOSE),
    ("missing", Act.DIAGNOSE),
    ("last-run", Act.LAST_RUN),
    ("run", Act.RUN),
    ("forecast", Act.RUN),
    ("review", Act.REVIEW),
    ("rollover", Act.BOARD),
    ("rollover csv", Act.BOARD),
    ("desk", Act.DESK),
    ("grants", Act.GRANTS),
    ("grants {number}", Act.GRANTS),
    ("triage", Act.DESK),
    ("triage {waiting} {is_missing} {number}", Act.DESK),
)
"""No school is asked for: who may do it at some school is answered about theirs, whatever is named."""

ABOUT_NOBODY = (
    "dates",
    "dates 681",
    "faq",
    "faq learner-missing",
    "faq {learner}",
    "ask",
    "ask why is somebody not in the portal",
    "watches",
    "language",
    "language cymraeg",
    "help",
    "nonsense {learner}",
)
"""For everybody."""


def _typed(line: str, act: Act | None, **more: Any) -> Element:
    return Element(Door.TYPED, line, act, ("command", "/hwb"), {"text": line}, **more)


# ---- Buttons, menus and forms.


def _button(name: str, value: str, act: Act | None, door: Door = Door.MESSAGE, **more: Any) -> Element:
    listener = more.pop("listener", ("action", name))
    payload = {"type": "button", "action_id": name, "block_id": "x", "value": value} | more.pop("has", {})
    return Element(door, name, act, listener, payload, **more)


def _menu(name: str, block: str, chosen: str, act: Act | None, **more: Any) -> Element:
    option = {"text": {"type": "plain_text", "text": "x"}, "value": chosen}
    payload = {"type": "static_select", "action_id": name, "block_id": block, "selected_option": option}
    return Element(Door.MESSAGE, name, act, more.pop("listener", ("action", name)), payload, **more)


def _people(name: str, block: str, act: Act | None, door: Door = Door.MESSAGE, **more: Any) -> Element:
    payload = {"type": "users_select", "action_id": name, "block_id": block, "selected_user": "{colleague}"}
    return Element(door, name, act, ("action", name), payload, **more)


def _form(name: str, about: str, act: Act | None, values: Json, **more: Any) -> Element:
    return Element(Door.FORM, name, act, ("view", name), {"about": about, "values": values}, **more)


def _text(words: str) -> Json:
    return {"type": "plain_text_input", "value": words}


def _chosen(value: str) -> Json:
    option = {"text": {"type": "plain_text", "text": "x"}, "value": value}
    return {"type": "static_select", "selected_option": option}


_SAY, _ASIDE = ("action", "re:^(say|open):"), ("action", "re:^aside:")
_CASE: Json = {"refused": Refused.AS_A_CASE}
_THING: Json = {"refused": Refused.BY_THING}


def _lines_through_other_doors() -> list[Element]:
    """Every verb about a school as a button; through each further door a question and a run."""
    found = [_button(f"say:{line.split()[0]}", line, act, listener=_SAY) for line, act in AT_A_SCHOOL]
    for line, act in (("why-missing {waiting} {number}", Act.DIAGNOSE), ("run {number}", Act.RUN)):
        found.append(_button("open:x", line, act, Door.HOME, listener=_SAY))
        found.append(_button("say:x", line, act, Door.MODAL, listener=_SAY))
        found.append(_button("aside:x", line, act, listener=_ASIDE))
        found.append(_menu("choose-school", "for:" + line.removesuffix(" {number}"), "{number}", act))
    for verb, who in (
        ("why-missing", "{waiting}"),
        ("no-password", "{learner}"),
        ("move-account", "{staff}"),
    ):
        values = {modals.IDENTIFIER: _text(who), modals.SCHOOL: _chosen("{number}")}
        found.append(_form(modals.ASK, verb, Act.DIAGNOSE, values))
    return found


RUNS = (
    _button("run-now", "{number} why-missing {waiting} {number}", Act.RUN),
    _button("run-now", "{number} help", Act.RUN),
    _button("held:approve", "{run}", Act.DECIDE, **_THING),
    _button("held:reject", "{run}", Act.DECIDE, **_THING),
    _button("held:samples", "{run}", Act.DIAGNOSE, **_THING),
    _button("held:undo", "{done}", Act.UNDO, **_THING),
)
REVIEWS = (
    _button("review:details", "{account}", Act.REVIEW, **_THING),
    _menu("review:keep", "review:{account}", "year", Act.REVIEW, **_THING),
    _button("review:deactivate", "{account}", Act.REVIEW, **_THING),
    _button("review:at-date", "{account}", Act.REVIEW, **_THING),
    _button("review:in-portal", "{account}", Act.REVIEW, **_THING),
    _button("review:undo", "{decided}", Act.REVIEW, **_THING),
)
ALERTS = (
    _button(alerts.ACKNOWLEDGE, "{alert}", Act.ALERT),
    _button(alerts.RELEASE, "{alert}", Act.ALERT),
    _menu(alerts.SNOOZE, "alert:{alert}", "tomorrow", Act.ALERT),
    _button(alerts.WAKE, "{alert}", Act.ALERT),
    _people(alerts.HAND_OVER, "alert:{alert}", Act.ALERT),
    _button(alerts.TAKE_BACK, "{alert}", Act.ALERT),
    _button(alerts.OPEN, "{alert}", Act.DIAGNOSE),
    _button(alerts.SCHOOL, "{number}", Act.DIAGNOSE),
)
DESK = (
    _button(desk.ASK, "why-missing {waiting} {number}", Act.DIAGNOSE),
    _button(desk.OPEN, "{case}", Act.DESK, **_CASE),
    _button(desk.QUEUE, "desk", Act.DESK, Door.HOME, anywhere=True),
    _button(desk.TRIAGE, "triage", Act.DESK, Door.HOME, anywhere=True),
    _button(desk.TAKE, "{case}", Act.DESK, Door.MODAL, **_CASE),
    _people(desk.HAND_OVER, "case:{case}:moves", Act.DESK, Door.MODAL, **_CASE),
    _button(desk.REOPEN, "{case}", Act.DESK, Door.MODAL, **_CASE),
    _button(desk.ANSWERED, "{case}", Act.DESK, Door.MODAL, **_CASE),
    _button(desk.CHECK, "{case}", Act.DESK, Door.MODAL, **_CASE),
    _button(desk.WAIT, "{case}", Act.DESK, Door.MODAL, **_CASE),
    _button(desk.RESOLVE, "{case}", Act.DESK, Door.MODAL, **_CASE),
    _button(desk.SEND, "{case}", Act.DESK, Door.MODAL, **_CASE),
    _button(desk.FILL_IN, "{case}", Act.DESK, Door.MODAL, **_CASE),
    _form(
        desk_forms.WAIT,
        "{case}",
        Act.DESK,
        {
            desk_forms.PARTY: _chosen(Party.SCHOOL),
            desk_forms.UNTIL: {"type": "datepicker", "selected_date": "2026-09-30"},
        },
        **_CASE,
    ),
    _form(
        desk_forms.RESOLVE,
        "{case}",
        Act.DESK,
        {desk_forms.REASON: _chosen(Reason.ANSWERED), desk_forms.NOTE: _text("words")},
        **_CASE,
    ),
    _form(desk_forms.SEND, "{case}", Act.DESK, {desk_forms.REPLY: _text("words")}, **_CASE),
    _form(
        desk_forms.FILL_IN,
        "{case}",
        Act.DESK,
        {
            modals.SCHOOL: _chosen("{number}"),
            desk_forms.IDENTIFIER: _text("{waiting}"),
            desk_forms.QUESTION: _chosen("why-missing"),
        },
        **_CASE,
    ),
    _button(desk.SEND_OUT, "{case}", Act.DESK, Door.MODAL, **_CASE),
    _form(
        desk_forms.PASTE,
        "",
        Act.DESK,
        {desk_forms.TEXT: _text("{waiting} {is_missing}"), modals.SCHOOL: _chosen("{number}")},
        anywhere=True,
        **_CASE,
    ),
    Element(
        Door.SHORTCUT,
        SHORTCUT,
        Act.DESK,
        ("shortcut", SHORTCUT),
        {"text": "{waiting} {is_missing} {number}"},
        Refused.AS_A_CASE,
        anywhere=True,
    ),
)
REQUESTS = (
    _button(requests.ASK, "why-missing {waiting} {number}", Act.DIAGNOSE),
    _button(requests.ASK, "missing run-held {number}", Act.DIAGNOSE),
    _button(requests.RUN, "{request}", Act.RUN, **_THING),
    _button(requests.DONE, "{request}", Act.RUN, **_THING),
    _button(requests.NOT_MINE, "{request}", Act.RUN, **_THING),
    _form(
        requests.PASS_ON,
        "{request}",
        Act.RUN,
        {requests.TO: {"type": "users_select", "selected_user": "{colleague}"}},
        **_THING,
    ),
)
WATCHES = (
    _button(watching.START, "why-missing {waiting} {number}", Act.DIAGNOSE),
    _button(watching.STOP, "{watch}", None),
)
GRANTS = (
    _button(grants.GIVE, "grants", Act.GRANTS, refused=Refused.BY_ACT, anywhere=True),
    _button(grants.TAKE, "{asker} digital-champion {number}", Act.GRANTS, refused=Refused.BY_ACT),
    _people(grants.OF, "x", Act.GRANTS, refused=Refused.BY_ACT, anywhere=True),
    _menu(grants.AT, "x", "{number}", Act.GRANTS, refused=Refused.BY_ACT, anywhere=True),
    _form(
        grants.FORM,
        "",
        Act.GRANTS,
        {
            grants.PERSON: {"type": "users_select", "selected_user": "{colleague}"},
            grants.ROLE: _chosen("administrator"),
            grants.PLACE: _chosen("{number}"),
        },
        refused=Refused.BY_ACT,
    ),
)
ASKED = "{waiting} {is_missing} {number}"
IN_WORDS = (
    _typed(f"ask {ASKED}", None),
    _typed(ASKED, None),
    _form(modals.ASK_IN_WORDS, "", None, {modals.QUESTION: _text(ASKED)}),
    _button(asking.LOOK, "why-missing {waiting} {number}", Act.DIAGNOSE, listener=_ASIDE),
    Element(Door.MENTION, "app_mention", None, ("event", "app_mention"), {"text": ASKED}),
    Element(Door.WRITTEN, "message", None, ("event", "message"), {"text": ASKED}),
)
"""Anybody may ask what the guide says; about whom it is, is looked up for those alone who may."""
HOME = (
    Element(
        Door.OPENED,
        "app_home_opened",
        Act.DIAGNOSE,
        ("event", "app_home_opened"),
        {"tab": "home"},
        anywhere=True,
    ),
    _button("home:refresh", "refresh", Act.DIAGNOSE, Door.HOME, anywhere=True),
)
FOR_EVERYBODY = (
    _button("an-old-button", "{learner} {number}", None, listener=("action", "re:")),
    Element(Door.OPTIONS, "choose-school", None, ("options", "re:^(school|choose-school)$"), {}),
    Element(Door.OPTIONS, grants.PLACE, None, ("options", "re:^(grants:at|grants:place)$"), {}),
    *(_button("say:faq", line, None, listener=_SAY) for line in ("faq", "faq learner-missing", "dates")),
)

NOT_PRESSED: Json = {
    ("action", modals.SCHOOL): "a field of a modal tells that it was filled in: acknowledged, no more",
    ("action", grants.PLACE): "a field of a modal tells that it was filled in: acknowledged, no more",
    ("event", "user_change"): "Slack tells that a profile has changed",
    ("event", "re:"): "other events of Slack's are acknowledged, no more",
}
"""What the bot listens to that is no row, and why."""

_CARRIES = ("value", "about", "block_id")
"""Where buttons, forms and menus carry what they are about."""

ELEMENTS: tuple[Element, ...] = (
    *(_typed(line, act) for line, act in (*AT_A_SCHOOL, *AT_A_SCHOOL_TOO)),
    _typed("desk {case}", Act.DESK, refused=Refused.BY_ACT),
    *(_typed(line, act, anywhere=True) for line, act in ANYWHERE),
    *(_typed(line, None) for line in ABOUT_NOBODY),
    *_lines_through_other_doors(),
    *RUNS,
    *REVIEWS,
    *ALERTS,
    *DESK,
    *REQUESTS,
    *WATCHES,
    *GRANTS,
    *IN_WORDS,
    *HOME,
    *FOR_EVERYBODY,
)


CARRYING = [one for one in ELEMENTS if any("{" in str(one.payload.get(where)) for where in _CARRIES)]
"""What carries a thing by a number or a line."""


def carrying(element: Element, what: str) -> Element:
    """The same with something else in the place of what it carries."""
    where = next(one for one in _CARRIES if "{" in str(element.payload.get(one)))
    return replace(element, payload=element.payload | {where: what})


def commands() -> list[tuple[Command, Act | None]]:
    """What the typed lines say, and what they need."""
    typed = [(parse(one.payload["text"]), one.act) for one in ELEMENTS if one.door is Door.TYPED]
    return [(command, act) for command, act in typed if isinstance(command, Command)]


def filled(what: Any, fill: Callable[[str], str]) -> Any:
    """A payload with its words filled in."""
    if isinstance(what, dict):
        return {name: filled(value, fill) for name, value in what.items()}
    if isinstance(what, list):
        return [filled(value, fill) for value in what]
    return fill(what) if isinstance(what, str) else what
