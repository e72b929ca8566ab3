"""The journal of a run: each change, before and after."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.builders import GLAN, NANT, NOW, Schools, learner, staff_member, upn
from tests.provisioning.runs.run_builders import AUGUST, JULY, LEFT, SEREN

pytestmark = pytest.mark.both_databases


def test_the_journal_has_each_change_before_and_after_in_the_order_of_changes(
    provisioning: Schools,
) -> None:
    stay = [learner(number) for number in range(20, 24)]
    provisioning.extracts(NANT, learner(1), learner(2), staff_member("OLD"), learner(3), *stay)
    provisioning.extracts(GLAN, learner(4), learner(5), staff_member("TWO"))
    provisioning.runs(NANT, at=JULY + timedelta(days=45))
    provisioning.runs(GLAN, at=JULY + timedelta(days=45))
    provisioning.extracts(
        NANT, *(learner(n, leaving_date=LEFT, admission_date=date(2020, 9, 1)) for n in (1, 2, 3)), *stay
    )
    provisioning.runs(NANT, at=AUGUST)
    left = replace(staff_member("TWO"), start_date=date(2020, 9, 1), leaving_date=LEFT)
    provisioning.extracts(GLAN, learner(4), learner(5), left)
    provisioning.runs(GLAN, at=AUGUST)
    provisioning.extracts(
        GLAN,
        learner(1),  # match
        learner(4, leaving_date=LEFT, admission_date=date(2020, 9, 1)),  # release
        learner(5, class_name="7B"),  # update
        learner(6),  # create
        staff_member("TWO"),  # reactivate
    )
    run = provisioning.runs(GLAN)
    journal = provisioning.journal(run)
    assert [kind for kind, *_ in journal] == ["release", "match", "reactivate", "create", "update"]
    release, match, reactivate, create, update = journal
    assert release[1:] == (
        provisioning.account(learner(4)).id,
        {"status": "active", "released_from": None, "released_at": None},
        {"status": "inactive", "released_from": GLAN.number, "released_at": NOW.isoformat()},
    )
    details = {"upn": upn(1), "year_group": "7", "class_name": "7A"}
    assert match[1:] == (
        provisioning.account(learner(1)).id,
        details
        | {
            "status": "inactive",
            "school": NANT.number,
            "released_from": NANT.number,
            "released_at": AUGUST.isoformat(),
            "arrived_from": None,
            "arrived_at": None,
        },
        details
        | {
            "status": "active",
            "school": GLAN.number,
            "released_from": None,
            "released_at": None,
            "arrived_from": NANT.number,
            "arrived_at": NOW.isoformat(),
        },
    )
    assert reactivate[2] == {
        "status": "inactive",
        "school": GLAN.number,
        "released_from": GLAN.number,
        "released_at": AUGUST.isoformat(),
    }
    assert reactivate[3] == {
        "status": "active",
        "school": GLAN.number,
        "released_from": None,
        "released_at": None,
    }
    assert (create[1], create[2]) == (provisioning.account(learner(6)).id, None)
    assert {"surname": "Evans", "forename": "Seren", "upn": upn(6)}.items() <= create[3].items()
    assert update[2:] == (
        {"upn": upn(5), "year_group": "7", "class_name": "7A"},
        {"upn": upn(5), "year_group": "7", "class_name": "7B"},
    )


def test_what_a_change_does_not_name_stays(provisioning: Schools) -> None:
    """Names and usernames stay as Hwb has them, whatever the MIS says later."""
    provisioning.extracts(GLAN, SEREN)
    provisioning.runs(GLAN)
    before = provisioning.account(SEREN)
    provisioning.extracts(GLAN, replace(SEREN, forename="Sêr", class_name="7B"))
    provisioning.runs(GLAN)
    assert provisioning.account(SEREN) == replace(before, class_name="7B")
