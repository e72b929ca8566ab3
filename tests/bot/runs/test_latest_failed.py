"""`/hwb last-run` of a school whose latest run has failed: that comes first."""

from datetime import timedelta

from provisioning.records.runs import RunStatus
from tests.bot.app_fixtures import CARYS, NOW, WYN, Room, words
from tests.builders import GLAN, write

LATER = NOW + timedelta(hours=1)


def test_that_the_latest_run_failed_comes_before_the_last_success(glan: Room) -> None:
    glan.provisioning.runs(GLAN)
    assert words(glan.answer(CARYS, "last-run")).startswith("*The client last ran successfully for Glan High")
    write(glan.provisioning.folder / GLAN.number / "learners.csv", [["UPN", "Surname"]], LATER)
    assert glan.provisioning.runs(GLAN, at=LATER).status is RunStatus.FAILED
    said = words(glan.answer(CARYS, "last-run"))
    assert said.startswith("*The client's latest run for Glan High failed.*\n")
    assert said.index("failed") < said.index("The client last ran successfully for Glan High")
    welsh = words(glan.answer(WYN, "rhediad-diwethaf"))
    assert welsh.startswith("*Methodd rhediad diweddaraf y cleient ar gyfer Ysgol Glan.*\n")
