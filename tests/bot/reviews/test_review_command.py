"""`hwb review`, by the contract's section 5, and the days without a question."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bot.service.features import VERBS
from bot.service.sweeping import run_due
from bot.services import Services
from bot.settings import Settings
from bot.trial.county import STANDS_AT, seed
from bot.trial.county.schools import BRO_ALARCH, SCHOOLS
from bot.trial.play import next_morning
from provisioning.clock import FixedClock
from provisioning.manual import reviews
from provisioning.manual.handmade import MADE_BY_HAND
from provisioning.manual.housekeeping import Why
from provisioning.records.people import Kind
from provisioning.runs.dependencies import Provisioning
from provisioning.sources.extract_folder import ExtractFolder
from provisioning.store.database import Database
from tests.bot.command_line import CommandLine
from tests.bot.hand_written import AUGUST, PRIMARY
from tests.bot.hand_written import SCHOOLS as SCHOOL_LIST
from tests.everything import knowledge as load_everything

pytestmark = pytest.mark.integration

LISTED = f"""\
school,username,name,kind,expires_on,last_signed_in
{PRIMARY},SupplyS@hwbcymru.net,Sally Supply,non-mis,2026-09-10,2026-08-01
{PRIMARY},LlywG@hwbcymru.net,Gwen Llyw,governor,,
"""
FILE = "data/extracts/non_mis.csv"
OF_AN_ACCOUNT = {
    "username",
    "kind",
    "school",
    "upn",
    "staff_code",
    "year_group",
    "class",
    "status",
    "released_from",
    "released_at",
}


@pytest.fixture
def at_school(hwb: CommandLine) -> CommandLine:
    """Schools and the file of accounts made by hand."""
    hwb.write("schools.csv", SCHOOL_LIST)
    assert hwb("schools import schools.csv").status == 0
    hwb.write(FILE, LISTED)
    return hwb


def review(hwb: CommandLine, *more: str, kind: str = "non-mis") -> dict[str, object]:
    """The one account that is listed."""
    said = hwb(f"review {kind} --school {PRIMARY} --at {AUGUST} --json", *more)
    assert (said.status, said.err) == (0, "")
    (account,) = said.shape["accounts"]
    assert set(account) == OF_AN_ACCOUNT | {
        "name",
        "expires_on",
        "ends_on",
        "last_signed_in",
        "due",
        "why",
        "decision",
    }
    return dict(account)


def test_the_accounts(at_school: CommandLine) -> None:
    account = review(at_school)
    assert (account["username"], account["name"], account["kind"], account["status"]) == (
        "SupplyS@hwbcymru.net",
        "Sally Supply",
        "non-mis",
        "active",
    )
    assert (account["expires_on"], account["last_signed_in"]) == ("2026-09-10", "2026-08-01")
    assert (account["due"], account["why"], account["decision"]) == (True, ["year-end", "expires"], None)
    governor = review(at_school, kind="governors")
    assert (governor["name"], governor["expires_on"], governor["ends_on"]) == (
        "Gwen Llyw",
        None,
        "2026-08-31",
    )


@pytest.mark.parametrize(
    ("term", "until"),
    [("1m", "2026-09-26"), ("3m", "2026-11-26"), ("6m", "2027-02-26"), ("year", "2027-08-31")],
)
def test_keep(term: str, until: str, at_school: CommandLine) -> None:
    account = review(at_school, "--keep", "SupplyS", "--for", term)
    assert (account["expires_on"], account["due"], account["status"]) == (until, False, "active")
    decision = account["decision"]
    assert isinstance(decision, dict)
    assert (decision["choice"], decision["until"], decision["at"]) == (
        "keep",
        until,
        "2026-08-26T06:00:00+01:00",
    )
    assert review(at_school) == account


def test_deactivate_and_undo(at_school: CommandLine) -> None:
    before = review(at_school)
    account = review(at_school, "--deactivate", "supplys@hwbcymru.net")
    assert (account["status"], account["due"]) == ("inactive", False)
    again = at_school(f"review non-mis --school {PRIMARY} --at {AUGUST} --deactivate SupplyS")
    assert again.explains("SupplyS@hwbcymru.net", "inactive already")
    assert review(at_school, "--undo", "SupplyS") == before


def test_at_its_date(at_school: CommandLine) -> None:
    account = review(at_school, "--deactivate", "SupplyS", "--at-its-date")
    assert (account["status"], account["due"]) == ("active", False)


@pytest.mark.parametrize("language", ["en", "cy"])
def test_as_a_table(language: str, at_school: CommandLine) -> None:
    said = at_school(f"review non-mis --school {PRIMARY} --at {AUGUST} --lang {language}")
    expected = {
        "en": ("Non-MIS accounts at Bryn Mawr Primary", "0 of 1 reviewed", "end of year, ends soon"),
        "cy": ("Cyfrifon Dim MIS yn Ysgol Gynradd Bryn Mawr", "0 o 1 wedi'u hadolygu", "10 Medi 2026"),
    }
    assert all(words in said.out for words in (*expected[language], "SupplyS@hwbcymru.net"))
    none = at_school(f"review governors --school 6604002 --lang {language}")
    assert "Aberwen" in none.out


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "No account has to be reviewed this year"), ("cy", "Nid oes angen adolygu'r un cyfrif eleni")],
)
def test_where_no_account_is_of_this_year_nothing_is_counted(
    language: str, said: str, at_school: CommandLine
) -> None:
    at_school.write(FILE, LISTED.replace("2026-09-10", "2027-07-31"))
    shown = at_school(f"review non-mis --school {PRIMARY} --at 2026-10-01 --lang {language}")
    assert said in shown.out
    assert "0 of 0" not in shown.out
    assert "0 o 0" not in shown.out


@pytest.mark.parametrize(
    "options",
    [
        "visitors --school 6602001",
        "non-mis",
        "non-mis --school 6602001 --keep SupplyS",
        "non-mis --school 6602001 --for 1m",
        "non-mis --school 6602001 --keep SupplyS --for 2m",
        "non-mis --school 6602001 --keep SupplyS --for 1m --deactivate SupplyS",
        "non-mis --school 6602001 --at-its-date",
    ],
)
def test_what_makes_no_sense_is_a_usage_error(options: str, at_school: CommandLine) -> None:
    assert at_school(f"review {options}").status == 2


def test_who_is_not_there_is_a_known_error(at_school: CommandLine) -> None:
    line = f"review non-mis --school {PRIMARY} --at {AUGUST}"
    assert at_school(f"{line} --deactivate LlywG").explains("LlywG", PRIMARY)
    assert at_school("review non-mis --school 6609999").explains("6609999")


def test_accounts_lists_them_and_a_run_takes_them_in(at_school: CommandLine) -> None:
    at_school.write(f"data/extracts/{PRIMARY}/learners.csv", "upn\n")
    said = at_school(f"provision --school {PRIMARY} --at {AUGUST}")
    assert said.status == 3
    found = at_school("accounts --kind governor --json").shape["accounts"]
    assert [account["username"] for account in found] == ["LlywG@hwbcymru.net"]


def test_a_file_that_cannot_be_read_is_told_and_stops_nothing(at_school: CommandLine) -> None:
    review(at_school)
    at_school.write(FILE, "school,username\n")
    for line, status in (
        (f"review non-mis --school {PRIMARY}", 0),
        (f"provision --school {PRIMARY}", 3),
    ):
        said = at_school(f"{line} --at {AUGUST} --json")
        assert said.status == status
        assert "The header row of non_mis.csv lacks name, kind." in said.err
        assert said.shape
    assert len(at_school("accounts --json").shape["accounts"]) == 2


# The trial county


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the county."""
    folder = tmp_path_factory.mktemp("county")
    database, provisioning = opened(folder)
    seed(lambda clock: replace(provisioning, clock=clock))
    database.close()
    return folder


def opened(folder: Path) -> tuple[Database, Provisioning]:
    database = Database(f"sqlite:///{folder / 'hwb.sqlite3'}")
    database.prepare()
    known = load_everything()
    return database, Provisioning(database, ExtractFolder(folder / "extracts"), FixedClock(STANDS_AT), known)


def test_the_county_has_every_reason_there_is(seeded: Path) -> None:
    database, provisioning = opened(seeded)
    found = [reviews.review(provisioning, school.number, kind) for school in SCHOOLS for kind in MADE_BY_HAND]
    whys = {why for review in found for entry in review.entries for why in entry.why}
    assert whys == set(Why) - {Why.ENDED}  # which one meets when the mornings go by
    namesakes = [entry for review in found for entry in review.entries if Why.LEARNER in entry.why]
    assert [entry.handmade.account.school for entry in namesakes] == [BRO_ALARCH]
    database.close()


def test_what_no_reviewer_keeps_ends_as_the_mornings_go_by(seeded: Path, tmp_path: Path) -> None:
    shutil.copytree(seeded, tmp_path / "county")
    database, provisioning = opened(tmp_path / "county")
    settings = Settings(groups=())
    active = []
    moment = STANDS_AT
    for _ in range(6):
        moment = next_morning(moment)
        provisioning = replace(provisioning, clock=FixedClock(moment))
        assert run_due(Services(settings, provisioning, lambda: VERBS)).runs == ()
        found = [reviews.review(provisioning, BRO_ALARCH, kind) for kind in (Kind.NON_MIS, Kind.GOVERNOR)]
        active.append([sum(entry.handmade.account.active for entry in review.entries) for review in found])
    assert active == [[3, 3], [3, 3], [3, 3], [3, 3], [3, 3], [2, 0]]
    assert {why for review in found for entry in review.entries for why in entry.why} >= {Why.ENDED}
    database.close()
