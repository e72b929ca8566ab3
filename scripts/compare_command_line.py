"""Compares what two versions of the code print on the command line, byte for byte.

    python scripts/compare_command_line.py BEFORE AFTER FOLDER

BEFORE and AFTER are checkouts. The made-up county is seeded once, by the code of BEFORE, and each version
runs every command on a copy of its own, at the same moment; the last ones change the records, and `audit`
shows what all of them recorded. What differs is printed, with exit status 1. Schools are run one by one,
because the order in which `--all` finishes them varies.
"""

import difflib
import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

SEED = """
import json, sys
from dataclasses import replace
from pathlib import Path
try:
    from bot.service.bootstrap import services
except ImportError:
    from bot.bootstrap import services
from bot.settings import Settings
from bot.trial.county import STANDS_AT, county, seed

folder = Path(sys.argv[1])
url = f"sqlite:///{folder / 'hwb.sqlite3'}"
settings = Settings(database_url=url, extracts=folder / "extracts", at=STANDS_AT)
with services(settings) as behind:
    provisioning = getattr(behind, "provisioning", None) or behind.house
    seed(lambda clock: replace(provisioning, clock=clock))
    plants = [[plant.question, plant.identifier, plant.school] for plant in county().plants]
(folder / "plants.json").write_text(json.dumps(plants))
(folder / "at").write_text(STANDS_AT.isoformat())
"""

RUN = """
import io, json, sys
from pathlib import Path
from bot.cli.main import main

folder = Path(sys.argv[1])
lines, said, printed = json.load(sys.stdin), {}, sys.stdout
given = ["--database", f"sqlite:///{folder / 'hwb.sqlite3'}", "--extracts", str(folder / "extracts")]
given += ["--at", (folder / "at").read_text()]
for line in lines:
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="", write_through=True) for _ in range(2))
    sys.argv, sys.stdout, sys.stderr = ["hwb", *given, *line.split()], out, err
    status = 0
    try:
        main()
    except SystemExit as end:
        status = end.code
    words = [stream.buffer.getvalue().decode("utf-8") for stream in (out, err)]
    said[line] = "\\n".join([str(status), *words]).replace(str(folder), "FOLDER")
json.dump(said, printed)
"""

READING = """
schools list
runs
runs --last 3
runs --school 6604911
accounts
accounts --kind staff
accounts --school 6604911 --kind governor
rollover --all
rollover --school 6604911
faq
faq old-class
faq nothing-such
ask a learner has no account
ask sut mae newid cyfrinair dysgwr
ask qwerty
review non-mis --school 6604911
review governors --school 6604911
dates
dates --year 2027
missing --school 6604911 --year 7
missing --school 6604911 --intake
missing --school 6604911 --csv -
missing --school 6604911 --year 7 --intake
still-missing
provision --all --dry-run
check
grants list
roles
cases
rehearse
relax 6604911 leavers --until 2026-10-01 --why tried
undo 99
approve 99
why-missing
why-missing H801200001001 --school 6604911
why-missing H801200001001 --school 9999999
subject-access H801200001001
--lang fr
""".strip().splitlines()

CHANGING = """
grants add U01TEST digital-champion --school 6604911
grants add U01TEST digital-champion
grants list
grants remove U01TEST
dates set --la 660 must-run-on 2026-09-01 2026-09-02
dates reset --la 660
provision --school 6602907
provision --school 6604911
provision --school 6604912
runs --last 12
accounts
reconsider --school 6604911
undo 5
retention --dry-run
audit
""".strip().splitlines()

HELP = """
provision
runs
accounts
approve
reject
undo
relax
reconsider
why-missing
no-password
old-class
move-account
missing
review
cases
triage
rollover
rehearse
dates
dates set
faq
ask
grants
grants add
roles
audit
subject-access
retention
check
migrate
schools
schools import
serve
trial
""".strip().splitlines()


def main() -> int:
    """Compare the two versions; return 1 where a command differs, else 0."""
    before, after, folder = (Path(word).resolve() for word in sys.argv[1:])
    seeded = folder / "seeded"
    if not seeded.exists():
        seeded.mkdir(parents=True)
        seed = [sys.executable, "-c", SEED, str(seeded)]
        subprocess.run(seed, env=_environment(before), cwd=seeded, check=True)
    lines = _lines(seeded)
    with ThreadPoolExecutor(2) as both:
        first, second = both.map(
            lambda code: _printed(*code, seeded, lines), ((before, folder / "b"), (after, folder / "a"))
        )
    different = [line for line in lines if first[line] != second[line]]
    for line in different:
        print(f"--- {line}")
        print(
            "\n".join(
                difflib.unified_diff(first[line].splitlines(), second[line].splitlines(), lineterm="", n=1)
            )
        )
    print(f"{len(lines)} commands, {len(different)} of them different")
    return bool(different)


def _lines(seeded: Path) -> list[str]:
    plants = json.loads((seeded / "plants.json").read_text())
    people = [
        f"{question} {about} --school {school}".replace("  ", " ") for question, about, school in plants
    ]
    reading = [*READING, *people]
    shown = [f"{line}{more}" for line in reading for more in (" --json", " --lang cy")]
    helped = [f"{word} --help{more}" for word in HELP for more in ("", " --lang cy")]
    return list(
        dict.fromkeys(
            [*helped, "--help", "--help --lang cy", *shown, *(f"{line} --json" for line in CHANGING)]
        )
    )


def _printed(code: Path, folder: Path, seeded: Path, lines: list[str]) -> dict[str, str]:
    """Return what a version prints, and how each command ends, on a copy of the county."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(seeded, folder)  # keeps the files' times: an extract is as old as these
    command = [sys.executable, "-c", RUN, str(folder)]
    done = subprocess.run(
        command, input=json.dumps(lines), env=_environment(code), cwd=folder, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    said: dict[str, str] = json.loads(done.stdout)
    return said


def _environment(code: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HWB_", "SLACK_"))}
    return {**kept, "PYTHONPATH": str(code), "COLUMNS": "200"}


if __name__ == "__main__":
    sys.exit(main())
