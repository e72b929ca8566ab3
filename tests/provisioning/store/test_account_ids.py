"""The number of an account that has been deleted goes to no other account: decisions still name it."""

from collections.abc import Callable

import pytest

from provisioning.records.accounts import Account, Status
from provisioning.records.people import Kind
from provisioning.store import accounts, portal
from provisioning.store.every_table import METADATA
from tests.builders import GLAN, Schools, learner
from tests.provisioning.manual.review_builders import GWEN, MERI, by_hand, listed

pytestmark = pytest.mark.both_databases


def in_the_list(provisioning: Schools) -> None:
    listed(provisioning, MERI)


def in_an_extract(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, learner(1))
    provisioning.runs(GLAN)


def in_the_portal(provisioning: Schools) -> None:
    meri = Account(0, Kind.GOVERNOR, GLAN.number, "MeriM@hwbcymru.net", "Meredydd", "Meri", Status.ACTIVE)
    with provisioning.database.writing() as session:
        portal.write(session, [(None, meri)])


@pytest.mark.parametrize("appears", [in_the_list, in_an_extract, in_the_portal])
def test_a_new_account_has_no_number_of_one_that_was_reviewed(
    provisioning: Schools, appears: Callable[[Schools], None]
) -> None:
    """The decisions on Gwen's account stay when the portal shows it no more; the next is another's."""
    listed(provisioning, GWEN)
    (gwen,) = by_hand(provisioning)
    with provisioning.database.writing() as session:
        portal.write(session, [(gwen, None)])
    appears(provisioning)
    (new,) = provisioning.accounts()
    assert new.id > gwen.id


def test_every_table_that_names_accounts_is_asked_for_the_last_number() -> None:
    found = {table.name for table in METADATA.sorted_tables if "account" in table.c}
    assert {column.table.name for column in accounts.KNOWN_BY} == found
