"""`hwb rehearse`: who would be told what and when, with nothing sent and nothing kept."""

import pytest

from tests.bot.command_line import CommandLine

SCHOOL = "6602001"
HEADER = "number,name,name_cy,local_authority,phase,final_year,provisioning_managed_by,provisioning_contact"
SCHOOLS = f"""{HEADER}
{SCHOOL},Bryn Mawr Primary,Ysgol Gynradd Bryn Mawr,660,primary,6,local-authority,
"""
AT = "--at 2026-08-20T10:00"


@pytest.fixture
def failing(hwb: CommandLine) -> CommandLine:
    """A school without an extract, whose client has failed; a champion and an authority look after it."""
    hwb.write("schools.csv", SCHOOLS)
    assert hwb("schools import schools.csv").status == 0
    assert hwb(f"provision --all {AT}").status == 3
    assert hwb(f"grants add U0CHAMPION digital-champion --school {SCHOOL}").status == 0
    assert hwb("grants add U0AUTHORITY local-authority --la 660").status == 0
    return hwb


def test_alerts_and_digests_as_they_would_be_sent(failing: CommandLine) -> None:
    said = failing(f"rehearse --from 2026-08-21 --to 2026-08-25 {AT} --json")
    assert said.status == 0
    assert (said.shape["from"], said.shape["to"]) == ("2026-08-21", "2026-08-25")
    found = [(message["when"], message["to"], message["kind"]) for message in said.shape["messages"]]
    assert ("2026-08-21T08:00:00+01:00", "U0CHAMPION", "alert") in found
    assert ("2026-08-24T08:00:00+01:00", "U0AUTHORITY", "digest") in found
    assert not [when for when, _, _ in found if "-22T" in when or "-23T" in when]
    # two alerts: the manager's place is the authority's
    assert [kind for _, _, kind in found].count("alert") == 2
    first = said.shape["messages"][0]
    assert (first["school"], first["title"]) == (SCHOOL, "Bryn Mawr Primary: Client run failed")
    assert failing(f"rehearse --from 2026-08-21 --to 2026-08-25 {AT} --json").shape == said.shape


def test_in_words_and_in_both_languages(failing: CommandLine) -> None:
    english = failing(f"rehearse --from 2026-08-21 --to 2026-08-21 {AT}").out
    assert "Friday 21 August 08:00" in english
    assert "U0CHAMPION  alert: Bryn Mawr Primary: Client run failed" in english
    welsh = failing(f"rehearse --from 2026-08-21 --to 2026-08-21 {AT} --lang cy").out
    assert "Ysgol Gynradd Bryn Mawr: Rhediad y cleient wedi methu" in welsh


def test_out_of_season_no_user_is_sent_anything(failing: CommandLine) -> None:
    assert "Nobody would be sent anything." in failing("rehearse --from 2027-03-01 --to 2027-03-05").out


@pytest.mark.parametrize(
    "line", ["--from 2026-08-21 --to 2026-08-20", "--from 2026-01-01 --to 2026-12-31", "--from tomorrow"]
)
def test_days_that_can_not_be(hwb: CommandLine, line: str) -> None:
    assert hwb(f"rehearse {line}").status == 2
