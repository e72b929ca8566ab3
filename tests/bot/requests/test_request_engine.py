"""A request to the managers of a client: what becomes of it, who is asked, who is told what. Pure."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.people.permissions import EVERYWHERE, Grant, Role
from bot.requests import engine
from bot.requests.letters import letters_of
from bot.requests.notifications import RequestNews, news_of
from bot.requests.recipients import levels, next_level
from bot.requests.request import CLAIM, LASTS, Ask, Ended, Request
from bot.requests.wanted import Want, of_diagnosis, of_group
from diagnostics.missing import CauseGroup, Missed
from diagnostics.verdict import Diagnosis, Next
from knowledge.texts import Bilingual, Text
from provisioning.records.people import Kind
from provisioning.records.schools import School
from tests.builders import BRYN, GLAN, NANT, NOW

ANN, BEN, CAI, DON = "U0ANN", "U0BEN", "U0CAI", "U0DON"
SOON, LATER = NOW + timedelta(minutes=1), NOW + timedelta(hours=2)
FIRST = Ask(CAI, GLAN.number, 3, NOW)
REQUEST = Request(GLAN.number, "never-run", NOW, (FIRST,), (ANN, BEN), id=7)
TAKEN = engine.take(REQUEST, ANN, NOW)
ENDED = engine.ran(TAKEN, ANN, SOON)


@pytest.mark.parametrize(
    ("what", "do", "ended", "by"),
    [
        ("ran", lambda request: engine.ran(request, ANN, SOON), Ended.RAN, ANN),
        ("done", lambda request: engine.done(request, BEN, SOON, None), Ended.DONE, BEN),
        ("a run on schedule", lambda request: engine.advance(request, SOON, LATER), Ended.RAN, None),
        ("its week over", lambda request: engine.advance(request, None, NOW + LASTS), Ended.OVER, None),
        (
            "nobody reached",
            lambda request: engine.replace_unreachable(request, {ANN, BEN}, (), SOON),
            Ended.NOBODY,
            None,
        ),
    ],
)
def test_how_it_ends(what: str, do: Callable[[Request], Request], ended: Ended, by: str | None) -> None:
    after = do(REQUEST)
    assert (after.ended, after.ended_by, after.open) == (ended, by, False)
    assert after.revision > REQUEST.revision


@pytest.mark.parametrize(
    "do",
    [
        lambda request: engine.take(request, BEN, SOON),
        lambda request: engine.ran(request, BEN, SOON),
        lambda request: engine.tried(request, BEN, "failed", SOON),
        lambda request: engine.done(request, BEN, SOON, None),
        lambda request: engine.pass_on(request, BEN, (DON,), SOON),
        lambda request: engine.replace_unreachable(request, {BEN}, (DON,), SOON),
        lambda request: engine.advance(request, LATER, NOW + LASTS),
    ],
)
def test_what_has_ended_stays_as_it_is(do: Callable[[Request], Request]) -> None:
    assert do(ENDED) == ENDED


@pytest.mark.parametrize(
    ("ran_at", "now"), [(None, LATER), (NOW, LATER), (NOW - timedelta(days=1), NOW + LASTS - CLAIM)]
)
def test_a_run_of_before_ends_nothing(ran_at: object, now: object) -> None:
    assert engine.advance(REQUEST, ran_at, now) == REQUEST  # type: ignore[arg-type]


def test_two_who_would_run_it_the_second_does_not() -> None:
    assert TAKEN.taken_by == ANN
    assert engine.take(TAKEN, BEN, SOON) == TAKEN
    assert engine.take(TAKEN, BEN, NOW + CLAIM).taken_by == BEN


def test_a_claim_of_which_nothing_is_heard_is_let_go() -> None:
    assert engine.advance(TAKEN, None, SOON) == TAKEN
    assert engine.advance(TAKEN, None, NOW + CLAIM).taken_by is None


def test_a_run_that_was_taken_and_seen_is_whose_it_was() -> None:
    seen = engine.advance(TAKEN, SOON, SOON)
    assert (seen.ended, seen.ended_by) == (Ended.RAN, ANN)
    assert engine.ran(seen, ANN, SOON) == seen


def test_a_run_that_came_to_nothing_leaves_it_open_to_all() -> None:
    after = engine.tried(TAKEN, ANN, "failed", SOON)
    assert after.open
    assert (after.taken_by, after.tried, after.tried_by) == (None, "failed", ANN)
    assert engine.take(after, BEN, LATER).taken_by == BEN


def test_not_mine_leaves_it_with_the_other_manager_then_with_the_next() -> None:
    once = engine.pass_on(REQUEST, ANN, (), SOON)
    assert (once.to, once.passed) == ((BEN,), (ANN,))
    assert engine.pass_on(once, ANN, (DON,), SOON) == once
    twice = engine.pass_on(once, BEN, (DON,), SOON)
    assert (twice.to, twice.passed) == ((DON,), (ANN, BEN))
    assert engine.pass_on(twice, DON, (), LATER).ended is Ended.NOBODY


def test_who_joins_is_added_once() -> None:
    joined = engine.join(REQUEST, Ask(DON, GLAN.number, 4, SOON))
    assert [ask.user for ask in joined.asks] == [CAI, DON]
    assert joined.people == 4  # the same school's people, counted last
    again = engine.join(joined, Ask(CAI, GLAN.number, 5, LATER))
    assert (again.revision, again.people) == (joined.revision, 5)
    assert next(ask for ask in again.asks if ask.user == CAI).at == NOW


def test_people_of_several_schools_are_added_up() -> None:
    joined = engine.join(replace(REQUEST, school=NANT.number), Ask(DON, BRYN.number, 4, SOON))
    assert joined.people == 7
    assert not joined.own
    assert REQUEST.own


def managed(by: str) -> School:
    return replace(GLAN, managed_by=by)


MANAGES = Grant(ANN, Role.PROVISIONING_MANAGER, GLAN.number)
ALSO = Grant(ANN, Role.LOCAL_AUTHORITY, "680")
OFFICER = Grant(BEN, Role.LOCAL_AUTHORITY, "680")
CHAMPION = Grant(CAI, Role.DIGITAL_CHAMPION, GLAN.number)
ELSEWHERE = Grant(DON, Role.PROVISIONING_MANAGER, BRYN.number)
DESK = Grant(DON, Role.SERVICE_DESK, EVERYWHERE)


@pytest.mark.parametrize(
    ("by", "grants", "found"),
    [
        ("local-authority", (MANAGES, OFFICER, CHAMPION), ((ANN,), (BEN,))),
        ("local-authority", (OFFICER, CHAMPION), ((BEN,),)),
        ("local-authority", (CHAMPION, DESK, ELSEWHERE), ()),
        ("school", (MANAGES, OFFICER, CHAMPION), ((ANN,), (CAI,), (BEN,))),
        ("school", (CHAMPION,), ((CAI,),)),
        ("school", (MANAGES, ALSO), ((ANN,),)),
        ("third-party", (MANAGES, OFFICER, CHAMPION), ((ANN,),)),
        ("third-party", (OFFICER, CHAMPION), ()),
    ],
)
def test_who_is_asked(by: str, grants: tuple[Grant, ...], found: tuple[tuple[str, ...], ...]) -> None:
    assert levels(managed(by), grants) == found


def test_who_is_gone_is_not_asked() -> None:
    assert levels(managed("local-authority"), (MANAGES, OFFICER), {ANN}) == ((BEN,),)


@pytest.mark.parametrize(
    ("asked", "then"), [((), (ANN,)), ((ANN,), (BEN, CAI)), ((ANN, BEN), (CAI,)), ((ANN, BEN, CAI), ())]
)
def test_who_comes_next(asked: tuple[str, ...], then: tuple[str, ...]) -> None:
    assert next_level([(ANN,), (BEN, CAI)], asked) == then


@pytest.mark.parametrize(
    ("before", "after", "news"),
    [
        (None, REQUEST, None),
        (REQUEST, TAKEN, None),
        (TAKEN, ENDED, RequestNews.RAN),
        (TAKEN, engine.tried(TAKEN, ANN, "failed", SOON), RequestNews.TRIED),
        (REQUEST, engine.pass_on(REQUEST, ANN, (), SOON), None),
        (REQUEST, engine.pass_on(REQUEST, ANN, (DON,), SOON), RequestNews.PASSED),
        (REQUEST, engine.done(REQUEST, ANN, SOON, None), RequestNews.DONE),
        (ENDED, ENDED, None),
    ],
)
def test_what_is_news_to_those_who_asked(
    before: Request | None, after: Request, news: RequestNews | None
) -> None:
    assert news_of(before, after) == news


def test_letters_are_put_in_once_edited_and_told() -> None:
    first = letters_of(None, REQUEST)
    assert [(letter.key, letter.to) for letter in first] == [
        ("request:7:U0ANN", ANN),
        ("request:7:U0BEN", BEN),
    ]
    then = letters_of(REQUEST, ENDED)
    assert [letter.payload["edits"] for letter in then[:2]] == ["request:7:U0ANN", "request:7:U0BEN"]
    assert [letter.key for letter in then[2:]] == ["request-news:7:U0CAI:6809903:2"]
    assert len({letter.key for letter in (*first, *then)}) == 5


def test_who_has_done_it_is_not_told_of_it() -> None:
    by_cai = engine.done(REQUEST, CAI, SOON, None)
    assert [letter.to for letter in letters_of(REQUEST, by_cai)] == [ANN, BEN]


def found(who: str, cause: str, previous: School | None = None, contact: str = "x") -> Diagnosis:
    move = Next(who, Bilingual(contact, contact), Text("x"))
    return Diagnosis("learner-missing", GLAN, "A1", (), (cause,), (Text("x"),), move, previous)


@pytest.mark.parametrize(
    ("diagnosis", "school"),
    [
        (found("provisioning-manager", "never-run"), GLAN),
        (found("previous-provisioning-manager", "previous-school-not-run", NANT), NANT),
        (found("mis-administrator", "not-in-mis"), None),
        (found("previous-school", "previous-school-no-leaving-date", NANT), NANT),
        (found("nobody", "present"), None),
    ],
)
def test_what_a_diagnosis_asks_for(diagnosis: Diagnosis, school: School | None) -> None:
    wants = of_diagnosis(diagnosis)
    assert [want.school for want in wants] == ([school] if school else [])
    assert all((want.people, want.cause) == (1, diagnosis.cause) for want in wants)


def test_a_group_asks_each_previous_school_for_its_own() -> None:
    waits = [
        found("previous-provisioning-manager", "previous-school-not-run", school, contact)
        for school, contact in ((NANT, "nant"), (BRYN, "bryn"), (NANT, "nant"))
    ]
    people = tuple(Missed(Kind.LEARNER, diagnosis) for diagnosis in waits)
    group = CauseGroup("previous-school-not-run", people, Text("x"), waits[0].next, (NANT, BRYN))
    assert of_group(group, GLAN) == (
        Want(NANT, "previous-school-not-run", 2, Bilingual("nant", "nant")),
        Want(BRYN, "previous-school-not-run", 1, Bilingual("bryn", "bryn")),
    )


def test_a_school_whose_extract_cannot_be_read_is_asked_for_without_anybody_in_it() -> None:
    move = Next("provisioning-manager", Bilingual("x", "x"), Text("x"))
    group = CauseGroup("extract-unreadable", (), Text("x"), move)
    assert of_group(group, GLAN) == (Want(GLAN, "extract-unreadable", 0, Bilingual("x", "x")),)
