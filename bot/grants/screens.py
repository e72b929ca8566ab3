"""The list of roles for administrators, and the form that gives a role."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.grants.actions import GrantAction
from bot.people.permissions import EVERYWHERE, Act, Caller, Grant, Role, is_group
from bot.slack import limits, modals
from bot.slack.blocks import (
    Block,
    Screen,
    actions,
    button,
    confirm,
    divider,
    escape,
    input_block,
    option,
    plain,
    section,
    select,
    users_select,
)
from bot.slack.fit import cut
from bot.slack.paging import page_buttons, page_of
from bot.slack.voice import Voice
from provisioning.records.schools import School

FORM = "grants:form"
PERSON, GROUP, ROLE, UNTIL = "person", "group", "role", "until"
_ON_A_PAGE = 20
"""Grants on a page."""
_PAGE = re.compile(r"p([0-9]{1,4})")
_SCHOOLS_LISTED = 90
"""Schools from which a menu of places waits for something typed, before it offers any."""


@dataclass(frozen=True)
class Places:
    """The places over which roles can be given: schools, by number, and their local authorities."""

    schools: Mapping[str, School]

    @classmethod
    def of(cls, schools: Sequence[School]) -> "Places":
        """Return the places of `schools`."""
        return cls({school.number: school for school in schools})

    @property
    def authorities(self) -> list[str]:
        """The codes of the local authorities, sorted."""
        return sorted({school.local_authority for school in self.schools.values()})

    def at(self, scope: str) -> School | str:
        """Return the school of a `scope`; the scope itself where it is no school's."""
        return self.schools.get(scope, scope)

    def known(self, scope: str) -> bool:
        """Return whether `scope` is among these places."""
        return scope == EVERYWHERE or scope in self.schools or scope in self.authorities

    def said(self, scope: str, voice: Voice) -> str:
        """Return `scope` in words."""
        if scope == EVERYWHERE:
            return voice.plain("grants.everywhere")
        school = self.schools.get(scope)
        if school is None:
            return voice.all_schools_of(scope)
        return f"{school.name.in_(voice.language)} ({scope})"


def wanted(grants: Sequence[Grant], about: str, places: Places) -> list[Grant]:
    """Return those of `grants` that `about` asks for: of a user, or over a school or authority; else all.

    Those over a school are its own, its authority's and those over all schools.
    """
    word = next((word for word in about.upper().split() if not _PAGE.fullmatch(word.lower())), "")
    if not word:
        return list(grants)
    if word.isdigit():
        school = places.schools.get(word)
        scopes = {EVERYWHERE, word, *([school.local_authority] if school else [])}
        return [grant for grant in grants if grant.scope in scopes]
    return [grant for grant in grants if grant.user == word]


def listing(
    grants: Sequence[Grant], about: str, places: Places, voice: Voice, done: str | None = None
) -> Screen:
    """Return a page of the list of roles: `about` narrows it and names the page, `done` was just changed."""
    number = next((int(word[1:]) for word in about.lower().split() if _PAGE.fullmatch(word)), 1)
    page = page_of(wanted(grants, about, places), number, _ON_A_PAGE)
    title = voice.plain("grants.title", count=page.count)
    blocks = [section(f":white_check_mark: {escape(done)}")] if done else []
    blocks += [section(f"*{escape(title)}*"), actions(_tools(places, voice))]
    before = ""
    for number, grant in enumerate(page.items, page.first):
        blocks += [divider()] if before and grant.user != before else []
        blocks.append(_row(grant, number, places, voice, named=grant.user != before))
        before = grant.user
    if not page.items:
        blocks.append(section(voice.mrkdwn("grants.none")))
    pages = page_buttons(page, GrantAction.BACK, GrantAction.ON, lambda number: _line(about, number), voice)
    return Screen(title, [*blocks, *([divider(), actions(pages)] if pages else [])])


def form(roles: Sequence[Role], places: Places, groups: Mapping[str, str], voice: Voice) -> modals.View:
    """Return the form that gives one of `roles`: to a user or group, over a place, and until when.

    `groups` are the names of user groups by id.
    """
    person = users_select(PERSON, voice.plain("grants.choose-person"))
    until: Block = {
        "type": "datepicker",
        "action_id": UNTIL,
        "placeholder": plain(voice.plain("grants.choose-day")),
    }
    kinds = [option(voice.plain(f"role.{role}"), role.value) for role in roles]
    blocks = [
        section(voice.mrkdwn("grants.to-whom")),
        input_block(PERSON, voice.plain("grants.person"), person, optional=True),
    ]
    if groups:
        named = [option(cut(f"@{name}", limits.OPTION_TEXT), id_) for id_, name in groups.items()]
        menu = select(GROUP, voice.plain("grants.choose-group"), named[: limits.SELECT_OPTIONS])
        blocks.append(input_block(GROUP, voice.plain("grants.group"), menu, optional=True))
    blocks += [
        input_block(
            ROLE, voice.plain("cli.column.role"), select(ROLE, voice.plain("grants.choose-role"), kinds)
        ),
        input_block(
            GrantAction.PLACE, voice.plain("grants.place"), _place_menu(GrantAction.PLACE, places, voice)
        ),
        input_block(UNTIL, voice.plain("grants.until"), until, optional=True),
    ]
    return modals.form(FORM, voice.plain("grants.give"), blocks, voice.plain("grants.submit"), voice)


def place_options(places: Places, caller: Caller, typed: str, voice: Voice) -> list[Block]:
    """Return the options of a menu of places: those that match `typed`, where `caller` may give roles."""
    scopes = (EVERYWHERE, *places.authorities, *places.schools)
    lines = [
        (scope, places.said(scope, voice))
        for scope in scopes
        if caller.may_over(Act.GRANTS, places.at(scope))
    ]
    found = [(scope, said) for scope, said in lines if typed.casefold() in said.casefold()]
    return [option(cut(said, limits.OPTION_TEXT), scope) for scope, said in found[: limits.SELECT_OPTIONS]]


def said(grant: Grant, places: Places, voice: Voice) -> str:
    """Return the role, place and end of a grant in a line of words."""
    until = [voice.plain("grants.ends", day=grant.ends_on)] if grant.ends_on else []
    return " · ".join([voice.plain(f"role.{grant.role}"), places.said(grant.scope, voice), *until])


def key_of(grant: Grant) -> str:
    """Return the value of the button that takes `grant` away."""
    return f"{grant.user} {grant.role} {grant.scope}"


def grant_of(key: str) -> Grant | None:
    """Return the grant of a button's value; None where it is not valid."""
    user, _, rest = key.partition(" ")
    role, _, scope = rest.partition(" ")
    return Grant(user, Role(role), scope) if role in set(Role) else None


def _row(grant: Grant, number: int, places: Places, voice: Voice, *, named: bool) -> Block:
    """Return a grant with its button, whose label says its number, as a label can't mention a user.

    `named` is whether it says whose it is; the further grants of a user stand under their first.
    """
    who = f"<!subteam^{grant.user}>\n" if is_group(grant.user) else f"<@{grant.user}>\n"
    about = f"{number}, {said(grant, places, voice)}"
    take = button(GrantAction.TAKE, voice.plain("grants.take"), key_of(grant), "danger", about=about)
    question = confirm(
        voice.plain("grants.take-title"),
        cut(said(grant, places, voice), limits.CONFIRM_TEXT),
        voice.plain("grants.take"),
        voice.plain("button.cancel"),
    )
    take["confirm"] = question | {"style": "danger"}
    return section(f"{who if named else ''}{escape(said(grant, places, voice))}", take)


def _tools(places: Places, voice: Voice) -> list[Block]:
    person = users_select(GrantAction.OF.value, voice.plain("grants.of-person"))
    everyone = button(GrantAction.ALL, voice.plain("grants.everybody"), "grants")
    tools = [button(GrantAction.GIVE, voice.plain("grants.give"), "grants", "primary"), person]
    return [*tools, *([_place_menu(GrantAction.AT, places, voice)] if places.schools else []), everyone]


def _place_menu(action: GrantAction, places: Places, voice: Voice) -> Block:
    """Return a menu of places that searches what is typed."""
    return {
        "type": "external_select",
        "action_id": action.value,
        "placeholder": plain(voice.plain("grants.choose-place")),
        "min_query_length": 0 if len(places.schools) < _SCHOOLS_LISTED else 2,
    }


def _line(about: str, page: int) -> str:
    """Return the command line of a page of the list that `about` narrows."""
    words = (word for word in about.split() if not _PAGE.fullmatch(word.lower()))
    return " ".join(["grants", *words, f"p{page}"])
