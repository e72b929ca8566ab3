"""What each deed changes of a request to run a client: those fields, and no other."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.requests import engine
from bot.requests.request import CLAIM, LASTS, Ask, Ended, Request
from tests.builders import GLAN, NANT, NOW

ANN, BEN, CAI, DON = "U0ANN", "U0BEN", "U0CAI", "U0DON"
SOON, LATER = NOW + timedelta(minutes=1), NOW + timedelta(minutes=2)
OPEN = Request(GLAN.number, "never-run", NOW, (Ask(CAI, GLAN.number, 3, NOW),), (ANN, BEN), id=7)
TAKEN = replace(OPEN, taken_by=ANN, taken_at=NOW, revision=1)
FREED = {"taken_by": None, "taken_at": None}

DEEDS: dict[str, tuple[Callable[[Request], Request], Request, dict[str, Any]]] = {
    "Ann runs the client": (
        lambda request: engine.take(request, ANN, SOON),
        OPEN,
        {"taken_by": ANN, "taken_at": SOON},
    ),
    "Ann's claim has lapsed, and Ben runs the client": (
        lambda request: engine.take(request, BEN, NOW + CLAIM),
        TAKEN,
        {"taken_by": BEN, "taken_at": NOW + CLAIM},
    ),
    "Ann's run succeeded": (
        lambda request: engine.ran(request, ANN, SOON),
        TAKEN,
        {"ended": Ended.RAN, "ended_by": ANN, "ended_at": SOON, "ran_at": SOON, **FREED},
    ),
    "Ann's run failed": (
        lambda request: engine.tried(request, ANN, "failed", SOON),
        TAKEN,
        {"tried": "failed", "tried_by": ANN, "tried_at": SOON, **FREED},
    ),
    "Ben says that it is done, and a run was seen": (
        lambda request: engine.done(request, BEN, LATER, SOON),
        TAKEN,
        {"ended": Ended.DONE, "ended_by": BEN, "ended_at": LATER, "ran_at": SOON, **FREED},
    ),
    "Ben says that it is done, and no run was seen": (
        lambda request: engine.done(request, BEN, LATER, None),
        OPEN,
        {"ended": Ended.DONE, "ended_by": BEN, "ended_at": LATER},
    ),
    "Ann passes it on to Don": (
        lambda request: engine.pass_on(request, ANN, (BEN, DON), SOON),
        OPEN,
        {"to": (BEN, DON), "passed": (ANN,)},
    ),
    "Ann, the only one asked, passes it on to none": (
        lambda request: engine.pass_on(request, ANN, (), SOON),
        replace(OPEN, to=(ANN,)),
        {"to": (), "passed": (ANN,), "ended": Ended.NOBODY, "ended_by": ANN, "ended_at": SOON},
    ),
    "Ann can't be reached, and Don is asked in her place": (
        lambda request: engine.replace_unreachable(request, {ANN}, (DON,), SOON),
        OPEN,
        {"to": (BEN, DON)},
    ),
    "neither can be reached": (
        lambda request: engine.replace_unreachable(request, {ANN, BEN}, (), SOON),
        OPEN,
        {"to": (), "ended": Ended.NOBODY, "ended_at": SOON},
    ),
    "a run is seen while Ann has it": (
        lambda request: engine.advance(request, SOON, LATER),
        TAKEN,
        {"ended": Ended.RAN, "ended_by": ANN, "ended_at": LATER, "ran_at": SOON, **FREED},
    ),
    "its week is over": (
        lambda request: engine.advance(request, NOW, NOW + LASTS),
        TAKEN,
        {"ended": Ended.OVER, "ended_at": NOW + LASTS, **FREED},
    ),
    "nothing was heard of Ann's claim": (
        lambda request: engine.advance(request, None, NOW + CLAIM),
        TAKEN,
        FREED,
    ),
}


@pytest.mark.parametrize(("deed", "before", "changes"), DEEDS.values(), ids=DEEDS.keys())
def test_a_deed_changes_what_it_is_about(
    deed: Callable[[Request], Request], before: Request, changes: dict[str, Any]
) -> None:
    assert deed(before) == replace(before, **changes, revision=before.revision + 1)


UNCHANGED: dict[str, tuple[Callable[[Request], Request], Request]] = {
    "Ben would run it while Ann does": (lambda request: engine.take(request, BEN, SOON), TAKEN),
    "Ann passes it on a second time": (
        lambda request: engine.pass_on(request, ANN, (DON,), SOON),
        replace(OPEN, to=(BEN,), passed=(ANN,)),
    ),
    "all who are asked can be reached": (
        lambda request: engine.replace_unreachable(request, {DON}, (), SOON),
        OPEN,
    ),
    "Ann's claim has a moment left": (
        lambda request: engine.advance(request, None, NOW + CLAIM - timedelta(seconds=1)),
        TAKEN,
    ),
    "its week has a moment left": (
        lambda request: engine.advance(request, None, NOW + LASTS - timedelta(seconds=1)),
        OPEN,
    ),
}


@pytest.mark.parametrize(("deed", "request_"), UNCHANGED.values(), ids=UNCHANGED.keys())
def test_what_leaves_a_request_as_it_is(deed: Callable[[Request], Request], request_: Request) -> None:
    assert deed(request_) == request_


def test_asking_again_is_counted_anew_and_from_the_first_time() -> None:
    """A further ask is a change that readers see; the count of one who asked before is not."""
    further = engine.join(OPEN, Ask(DON, GLAN.number, 4, SOON))
    assert further == replace(OPEN, asks=(*OPEN.asks, Ask(DON, GLAN.number, 4, SOON)), revision=1)
    again = engine.join(further, Ask(CAI, GLAN.number, 5, LATER))
    assert again == replace(further, asks=(Ask(DON, GLAN.number, 4, SOON), Ask(CAI, GLAN.number, 5, NOW)))
    external_directory = engine.join(OPEN, Ask(CAI, NANT.number, 2, SOON))
    assert [(ask.user, ask.school) for ask in external_directory.asks] == [
        (CAI, GLAN.number),
        (CAI, NANT.number),
    ]
