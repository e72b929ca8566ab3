"""`directory = "export"` as it is set up and used: the settings file, the client, the commands over it."""

import json
import sys
from dataclasses import replace

import pytest

from bot.service.bootstrap import services
from bot.service.sweeping import run_due
from bot.settings_loading import load_settings
from bot.trial.opening import trial
from knowledge.texts import Text
from provisioning.clock import FixedClock
from provisioning.records.people import Kind
from provisioning.records.runs import RunStatus
from tests.bot.command_line import CommandLine
from tests.builders import GLAN, LEARNERS_HEADER, NANT, NOW, STAFF_HEADER, learner, sheet, upn, write
from tests.everything import knowledge
from tests.portal_builders import CLIENT, EARLIER, seen, write_export

AT = "2026-09-07T09:00"
SCHOOLS = f"""\
number,name,name_cy,local_authority,phase,final_year,provisioning_managed_by,provisioning_contact
{NANT.number},Nant Primary,Ysgol Nant,680,primary,6,school,it@nant.example
{GLAN.number},Glan High,Ysgol Glan,680,secondary,13,third-party,01633 000000
"""


def settings(path: str = "portal/users.csv", program: str = sys.executable, more: str = "") -> str:
    """A settings file, which is TOML and so nearly JSON."""
    client = json.dumps([program, "portal/client.py", "portal", "{school}"])
    return f'directory = "export"\n[export]\naccounts = "{path}"\nclient = {client}\n{more}'


@pytest.fixture
def portal(hwb: CommandLine) -> CommandLine:
    """An installation with two schools, whose accounts live in a portal."""
    hwb.write("hwb.toml", settings())
    hwb.write("schools.csv", SCHOOLS)
    hwb.write("portal/client.py", CLIENT)
    people = [learner(1), learner(2)]
    write(hwb.folder / "data/extracts" / GLAN.number / "learners.csv", sheet(LEARNERS_HEADER, people))
    write(hwb.folder / "data/extracts" / GLAN.number / "staff.csv", sheet(STAFF_HEADER, []))
    write_export(hwb.folder / "portal/users.csv", seen(learner(2)), at=EARLIER)
    assert hwb("schools import schools.csv").status == 0
    return hwb


def will_list(portal: CommandLine, *numbers: int) -> None:
    """Whom the export lists once the client has run."""
    write_export(
        portal.folder / f"portal/after-{GLAN.number}", *(seen(learner(number)) for number in numbers)
    )
    portal.write(f"portal/after-{GLAN.number}.path", "portal/users.csv")


def test_a_run_and_the_questions_after_it(portal: CommandLine) -> None:
    will_list(portal, 1, 2)
    ran = portal(f"provision --school {GLAN.number} --at {AT} --json")
    (run,) = ran.shape["runs"]
    assert (ran.status, run["status"], run["error"]) == (0, "succeeded", None)
    assert {name: count for name, count in run["counts"].items() if count} == {"create": 1}
    assert {account["upn"] for account in portal("accounts --json").shape["accounts"]} == {upn(1), upn(2)}
    found = portal(f"why-missing {upn(1)} --school {GLAN.number} --at {AT} --json").shape
    assert found["cause"] == "present"
    visible = next(step for step in found["steps"] if step["step"] == "account-visible")
    assert visible["as_of"] == "2026-09-07T09:00:00+01:00"


def test_the_previous_school_may_be_one_that_is_not_known_here(portal: CommandLine) -> None:
    assert portal(f"provision --all --at {AT}").status == 0
    found = portal(f"why-missing {upn(1)} --school {GLAN.number} --at {AT} --json").shape
    assert found["causes"] == ["export-unseen"]
    will_list(portal, 2)
    assert portal(f"provision --all --at {AT}").status == 0
    found = portal(f"why-missing {upn(1)} --school {GLAN.number} --at {AT} --json").shape
    assert found["causes"] == ["client-skipped", "previous-school-unknown"]
    groups = portal(f"missing --school {GLAN.number} --at {AT} --json").shape["groups"]
    assert [(group["cause"], group["identifiers"]) for group in groups] == [("client-skipped", [upn(1)])]


def test_a_failed_client_is_told_with_the_end_of_its_log(portal: CommandLine) -> None:
    portal.write("portal/errors", f"cannot read {upn(1)}: EvansS@hwbcymru.net")
    portal.write("portal/status", "9")
    ran = portal(f"provision --school {GLAN.number} --json")
    assert ran.status == 3
    assert ran.shape["runs"][0]["error"] == (
        "The Provisioning Client ended with exit status 9. Its log ends:\n"
        f"provisioning {GLAN.number}\ncannot read ***: ***"
    )
    shown = portal(f"runs --school {GLAN.number} --lang cy")
    assert "Daeth y Cleient Darparu i ben gyda statws 9." in shown.out
    assert upn(1) not in shown.out


def test_a_kind_of_account_may_be_left_out_and_other_unknown_words_are_told_at_once(
    portal: CommandLine,
) -> None:
    path = portal.folder / "portal/users.csv"
    officers = [
        f"swyddog{number}@hwbcymru.net,{kind},,{status},,,,,,,,"
        for number, (kind, status) in enumerate(
            [("Awdurdod Lleol", "Active"), ("Estyn", "Active"), ("Learner", "Pending")]
        )
    ]
    path.write_text(path.read_text(encoding="utf-8") + "\n".join([*officers, ""]), encoding="utf-8")
    (run,) = portal(f"provision --school {GLAN.number} --at {AT} --json").shape["runs"]
    assert (run["status"], run["counts"]["rejected"]) == ("succeeded", 3)
    assert "(lines: 3, 4, 5)" in run["error"]
    assert "User type: Awdurdod Lleol, Estyn; Status: Pending" in run["error"]
    portal.write(
        "hwb.toml", settings(more='[export.kinds]\n"Awdurdod Lleol" = "ignore"\n"Estyn" = "ignore"\n')
    )
    path.touch()
    (run,) = portal(f"provision --school {GLAN.number} --at {AT} --json").shape["runs"]
    assert (run["status"], run["counts"]["rejected"]) == ("succeeded", 1)
    assert "Awdurdod Lleol" not in run["error"]


def test_a_review_shows_the_portals_own_steps(portal: CommandLine) -> None:
    supply = replace(seen(learner(3)), kind=Kind.NON_MIS, upn=None, year_group=None, class_name=None)
    write_export(portal.folder / "portal/users.csv", seen(learner(2)), supply, at=NOW)
    command = f"review non-mis --school {GLAN.number} --at {AT}"
    shown = portal(command).out
    assert "These accounts are changed in the User Management Portal, not here:" in shown
    assert "View Users" in shown
    assert portal(f"{command} --json").shape["steps"]
    assert portal(f"{command} --lang cy --json").shape["steps"] != portal(f"{command} --json").shape["steps"]


@pytest.mark.parametrize("kind", ["non-mis-reviewed", "governors-reviewed"])
def test_no_alert_asks_for_what_is_refused_in_the_portal(kind: str) -> None:
    known = knowledge()
    for detail in ("left", "not-due"):
        there = known.catalogue.say(Text(known.stage_step(kind, f"{detail}-in-portal").action), "en")
        assert "in the User Management Portal" in there
        here = known.catalogue.say(Text(known.stage_step(kind, detail).action), "en")
        assert "Portal" not in here


def test_decisions_are_refused_in_a_sentence_and_a_hint(portal: CommandLine) -> None:
    will_list(portal, 1, 2)
    portal(f"provision --school {GLAN.number}")
    for command in ("approve 1", "reject 1", "undo 1"):
        assert portal(command).explains("User Management Portal", "Nothing was changed.")
        assert portal(f"{command} --lang cy").explains("Porth Rheoli Defnyddwyr", "Ni newidiwyd dim.")


def test_a_dry_run_says_that_it_is_what_the_client_may_do(portal: CommandLine) -> None:
    shown = portal(f"provision --school {GLAN.number} --dry-run --at {AT}")
    assert shown.status == 0
    assert "This is what the school's own client may be expected to do" in shown.out
    (run,) = portal(f"provision --school {GLAN.number} --dry-run --at {AT} --json").shape["runs"]
    assert run["expected_of_client"] is True
    assert [(change["change"], change["identifier"]) for change in run["changes"]] == [("create", upn(1))]
    assert not (portal.folder / "portal/ran").exists()


def test_an_export_written_meanwhile_is_read_by_the_next_command(portal: CommandLine) -> None:
    assert [account["class"] for account in portal("accounts --json").shape["accounts"]] == ["7A"]
    write_export(portal.folder / "portal/users.csv", seen(learner(2), class_name="7B"), at=NOW)
    assert [account["class"] for account in portal("accounts --json").shape["accounts"]] == ["7B"]


# hwb check


def problems(hwb: CommandLine) -> list[str]:
    checked = hwb("check --json")
    assert checked.shape["ok"] == (not checked.shape["problems"])
    assert checked.status == (1 if checked.shape["problems"] else 0)
    return list(checked.shape["problems"])


def test_all_in_order(portal: CommandLine) -> None:
    assert problems(portal) == []


def test_check_without_a_client(portal: CommandLine) -> None:
    portal.write("hwb.toml", 'directory = "export"\n[export]\naccounts = "portal/users.csv"\n')
    assert problems(portal) == [
        'With directory = "export", the setting export.client must name the command that runs the'
        " Provisioning Client."
    ]
    assert portal("provision --all").explains("export.client")


def test_check_names_a_program_that_is_not_there_and_an_export_that_is_not(portal: CommandLine) -> None:
    portal.write("hwb.toml", settings("portal/nobody.csv", "no-such-client"))
    assert problems(portal) == [
        "The Provisioning Client's program no-such-client is not there, or may not be run.",
        "The portal's user export can't be read. The file portal/nobody.csv can't be opened:"
        " No such file or directory.",
    ]


def test_check_names_columns_that_are_not_there(portal: CommandLine) -> None:
    portal.write("hwb.toml", settings(more='[export.columns]\nupn = "Pupil number"\nclass = "Form"\n'))
    assert problems(portal) == [
        "The portal's user export can't be read. The header row of users.csv lacks Pupil number, Form."
    ]


def test_check_looks_at_every_schools_own_file(portal: CommandLine) -> None:
    portal.write("hwb.toml", settings("portal/{school}.csv"))
    write_export(portal.folder / f"portal/{NANT.number}.csv", seen(learner(3), NANT))
    (problem,) = problems(portal)
    assert f"portal/{GLAN.number}.csv" in problem


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ('[export.columns]\nnickname = "Nick"\n', 'there is no column "nickname"; known are username'),
        ("client_timeout_seconds = 0\n", "export.client_timeout_seconds"),
        ('[export.kinds]\nVisitor = "visitor"\n', "export.kinds.Visitor"),
        ('[export.statuses]\nPending = "pending"\n', "export.statuses.Pending"),
        ("shell = true\n", "export.shell"),
    ],
)
def test_a_setting_that_can_not_be_is_named(portal: CommandLine, more: str, words: str) -> None:
    portal.write("hwb.toml", settings(more=more))
    assert portal("accounts").explains(words)


def test_words_of_the_portal_are_settings(portal: CommandLine) -> None:
    path = portal.folder / "portal/users.csv"
    words = path.read_text(encoding="utf-8").replace(",Learner,", ",Dysgwr,").replace(",Active,", ",Ar agor,")
    portal.write("portal/users.csv", words)
    assert len(problems(portal)) == 1
    more = '[export.kinds]\nDysgwr = "learner"\n[export.statuses]\n"Ar agor" = "active"\n'
    portal.write("hwb.toml", settings(more=more))
    assert problems(portal) == []


def test_the_clock_starts_the_client_once_for_each_slot(portal: CommandLine) -> None:
    with services(load_settings({}), FixedClock(NOW)) as behind:
        runs = [run_due(behind).runs for _ in range(2)]
    assert [[run.status for run in batch] for batch in runs] == [[RunStatus.SUCCEEDED] * 2, []]
    ran = (portal.folder / "portal/ran").read_text(encoding="utf-8").split()
    assert sorted(ran) == [NANT.number, GLAN.number]  # side by side, so in either order


def test_the_trial_keeps_its_own_directory(portal: CommandLine) -> None:
    with trial(load_settings({}), 0, workspace_only=True) as opened:
        assert opened.services.provisioning.external_directory is None


def test_a_folder_in_the_exports_place_is_no_export(portal: CommandLine) -> None:
    path = portal.folder / "portal/users.csv"
    path.unlink()
    path.mkdir()
    (problem,) = problems(portal)
    assert "an ordinary file was expected" in problem
