"""What is typed, or stands in the records, is shown as it is: square brackets are no markup."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration

CODE = "[/bold]"


def hwb(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot", "--database", f"sqlite:///{folder / 'hwb.sqlite3'}"]
    options = ["--extracts", str(folder / "extracts"), "--at", "2026-09-07T09:00"]
    return subprocess.run([*command, *options, *words], capture_output=True, text=True, check=False)


def test_a_name_a_class_and_a_code_with_brackets(tmp_path: Path) -> None:
    school = tmp_path / "extracts" / "6609998"
    school.mkdir(parents=True)
    (tmp_path / "schools.csv").write_text(
        "number,name,local_authority,phase\n6609998,Ysgol [/x] y Bont,660,primary\n", encoding="utf-8"
    )
    (school / "learners.csv").write_text(
        "upn,legal_surname,legal_forename,admission_date,leaving_date,year_group,class\n"
        "W660999920001,Puw,Mali,2020-09-01,,4,[4A]\n",
        encoding="utf-8",
    )
    (school / "staff.csv").write_text(
        "staff_code,legal_surname,legal_forename,start_date,leaving_date\n", encoding="utf-8"
    )
    assert hwb(tmp_path, "schools", "import", str(tmp_path / "schools.csv")).returncode == 0
    for words, shown in (
        (("provision", "--all", "--dry-run"), "[4A]"),
        (("provision", "--all"), "1 created"),
        (("schools", "list"), "Ysgol [/x] y Bont"),
        (("accounts",), "[4A]"),
        (("missing", "--school", "6609998"), "Ysgol [/x] y Bont"),
        (("why-missing", CODE, "--school", "6609998"), CODE),
        (("rollover", "--all"), "Ysgol [/x] y Bont"),
        (("review", "governors", "--school", "6609998"), "Ysgol [/x] y Bont"),
        (("dates", "--la", "660"), "Before this day"),
    ):
        told = hwb(tmp_path, *words)
        assert (told.returncode, told.stderr) == (0, ""), words
        assert shown in told.stdout, words
