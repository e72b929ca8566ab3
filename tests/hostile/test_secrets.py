"""Passwords stand in no address that is shown, and a client's log and environment give nothing away."""

import json
import logging
import sys
from datetime import timedelta

import pytest
from pydantic import ValidationError

from bot.service.logs import Masking
from bot.settings_tables import ExportSettings
from provisioning.masking import masked, without_secrets
from provisioning.portal.client import Client, passed
from provisioning.portal.client_log import People
from provisioning.records.people import Kind
from provisioning.store.database import Database
from tests.bot.command_line import CommandLine
from tests.builders import account_of, extract, learner, staff_member, upn
from tests.tried import Tried

SECRET = "s3cr3t"
ADDRESSES = [
    f"postgresql://hwb:{SECRET}@db.example/hwb",
    f"postgresql://hwb:x@{SECRET}@db.example/hwb",
    f"postgresql://hwb:x/{SECRET}@db.example/hwb",
    f"postgresql://hwb:x?{SECRET}@db.example/hwb",
    f"postgresql://db.example/hwb?user=hwb&password={SECRET}",
    f"postgresql://db.example/hwb?sslpassword={SECRET}&sslmode=require",
    f"https://hooks.example/x?token={SECRET}",
    f"https://hooks.example/x?a=1&api_key={SECRET}&b=2",
    f"https://hooks.example/x?sv=1;sig={SECRET}",
    f"https://{SECRET}@hooks.example/x",
    f"sftp://hwb:{SECRET}@files.example/in",
    f"https://hwb:{SECRET}@api.wonde.example/v1.0/schools?access_token={SECRET}",
    f"https://oneroster.example/token?client_id=a&client_secret={SECRET}",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_is_shown_without_its_secrets(address: str, tried: Tried) -> None:
    assert SECRET not in without_secrets(address)
    assert SECRET not in masked(f'HTTP Request: POST "{address}" failed')
    assert "example" in without_secrets(address)
    tried("secrets in addresses", 2)


@pytest.mark.parametrize("address", [each for each in ADDRESSES if each.startswith("postgresql")])
def test_a_database_is_shown_without_them(address: str, tried: Tried) -> None:
    pytest.importorskip("psycopg")
    try:
        shown = Database(address).shown
    except Exception as error:  # an address that is none is refused, in words without it
        shown = str(error)
    assert SECRET not in shown
    tried("secrets in addresses", 1)


@pytest.mark.parametrize(
    "plain",
    [
        "sqlite:///data/hwb.sqlite3",
        "https://hooks.example/team/5",
        "postgresql://hwb@/hwb?host=/run",
        "sqlite:////srv/a@b/hwb.sqlite3",
        "x",
    ],
)
def test_an_address_without_secrets_is_shown_as_it_is(plain: str) -> None:
    assert without_secrets(plain) == plain


def test_a_password_on_the_command_line_is_warned_of(hwb: CommandLine) -> None:
    said = hwb(f"--database postgresql://hwb:{SECRET}@127.0.0.1:1/hwb?connect_timeout=1 schools list")
    assert "HWB_DATABASE_URL" in said.err
    assert "list of processes" in said.err
    assert SECRET not in said.err + said.out
    assert "list of processes" not in hwb("--database sqlite:///x.sqlite3 schools list").err


ALYS = learner(1, surname="Lewis", forename="Alys")
PEOPLE = People.of(
    extract(ALYS, staff_member("JEV", surname="Evans", forename="Jac")), [account_of(learner(2))]
)
NAMING = [
    "ERROR Alys Lewis skipped",
    "ERROR LEWIS, ALYS skipped",
    "error alys lewis skipped",
    "WARN Lewis_Alys.csv",
    "alys.lewis skipped",
    "a \x1b[1mAlys\x1b[0m Lewis",
    "Al\u200bys Lewis",
    "JEV has no start date",
    "code 'jev7', code=JEV.",
    f"{account_of(learner(2)).username} in use",
    f"{account_of(learner(2)).username.partition('@')[0].lower()} in use",
    f"{upn(1)} twice",
    f"{upn(1)[:4]} {upn(1)[4:8]}-{upn(1)[8:]} twice",
    "mail to alys@example.org failed",
]


@pytest.mark.parametrize("line", NAMING)
def test_a_line_of_a_log_names_nobody_of_the_school(line: str, tried: Tried) -> None:
    kept = PEOPLE.masked(line).casefold()
    hidden = ("alys", "lewis", "jev", "puw", upn(1).casefold(), account_of(learner(2)).username.casefold())
    assert not [word for word in hidden if word in kept.replace("jev7", "")], kept
    tried("people in a client's log", 1)


def test_all_that_is_kept_of_a_log_is_masked() -> None:
    says = "import sys; print(chr(10).join(sys.argv[1:]))"
    ended = Client((sys.executable, "-c", says, *NAMING), timedelta(seconds=30)).run("6601001", people=PEOPLE)
    kept = ended.log + "".join(line.text for line in ended.lines)
    assert "lewis" not in kept.casefold()
    assert (Kind.STAFF, "JEV") in [line.person for line in ended.lines]


def test_a_client_gets_few_variables(tried: Tried) -> None:
    secrets = ["HWB_DATABASE_URL", "SLACK_BOT_TOKEN", "PGPASSWORD", "AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN"]
    needed = {"PATH": "/bin", "LC_ALL": "C.UTF-8", "TZ": "Europe/London", "HOME": "/"}
    given = dict.fromkeys([*secrets, "WONDE_TOKEN", "SSH_AUTH_SOCK"], SECRET) | needed
    says = "import json, os; print(json.dumps(sorted(os.environ)))"
    client = Client((sys.executable, "-c", says), timedelta(seconds=30), ("WONDE_TOKEN",), given)
    got = json.loads(client.run("6601001").log)
    assert set(got) - {"LC_CTYPE", "__CF_USER_TEXT_ENCODING"} == {*needed, "WONDE_TOKEN"}
    assert passed(given) == needed
    tried("secrets in a client's environment", len(secrets))


@pytest.mark.parametrize("name", ["HWB_WEBHOOK_SECRET", "slack_app_token", "PGPASSWORD"])
def test_no_setting_passes_on_what_is_ours(name: str) -> None:
    with pytest.raises(ValidationError):
        ExportSettings(client_environment=(name,))


def test_the_log_hides_them_too() -> None:
    line = logging.LogRecord("httpx", logging.WARNING, "", 0, "POST %s", (ADDRESSES[7],), None)
    assert SECRET not in Masking("%(message)s").format(line)
