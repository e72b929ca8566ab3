"""Plays the cases of `tests/cases/files`: steps of files, commands and what must come of them (README.md)."""

import json
import os
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from knowledge.texts import UK
from tests.bot.command_line import CommandLine, Said, Served
from tests.slack_workspace.workspace_fixtures import eventually

Step = Mapping[str, Any]

_SAYS: Mapping[str, Callable[[Iterable[bool]], bool]] = {
    "says_any": any,
    "says_all": all,
    "says_not": lambda found: not any(found),
}


class Answer:
    """What one command gave: exit status, data, the rows in it, and all that it said."""

    def __init__(self, line: str, said: Said) -> None:
        self.line, self.status = f"hwb {line}", said.status
        self.data = said.shape if said.out.startswith("{") else {}
        self.rows = next((value for value in self.data.values() if isinstance(value, list)), [])
        self.text = (json.dumps(self.data, ensure_ascii=False) if self.data else said.out) + said.err
        self.errors = " ".join([said.err, *(run["error"] or "" for run in self.data.get("runs", []))])


class Play:
    """One case, taken through its steps in the folder of a command line."""

    def __init__(self, hwb: CommandLine, case: Path) -> None:
        self._hwb, self._case = hwb, case
        self._names: defaultdict[str, str] = defaultdict(lambda: "none", case=str(case))
        self._at = ""
        self._runs: dict[str, Any] = {}

    def faults(self) -> list[str]:
        """What does not hold, at the first step where something does not."""
        steps = json.loads((self._case / "case.json").read_text("utf-8"))["steps"]
        for number, step in enumerate(steps, 1):
            if found := self._step(step):
                return [f"step {number}: {fault}" for fault in found]
        return []

    def _words(self, args: Iterable[str]) -> list[str]:
        home = self._hwb.folder
        given = ["--database", f"sqlite:///{home}/hwb.db", "--extracts", f"{home}/extracts", "--at", self._at]
        return [*given, *(word.format_map(self._names) for word in args)]

    def _call(self, args: Iterable[str]) -> Answer:
        words = list(args)
        return Answer(" ".join(words), self._hwb("", *self._words(words)))

    def _step(self, step: Step) -> list[str]:
        self._at, self._runs = step["at"], {}
        if "extracts" in step:
            self._lay(step["extracts"], datetime.fromisoformat(step.get("written", self._at)))
        lists = [["schools", "import", f"{self._case}/{step['schools']}"]] if "schools" in step else []
        answer = None
        for args in (*lists, *step.get("run", ())):
            answer = self._call([*args, "--json"])
            self._remember(answer)
            if answer.status not in step.get("exit", (0, 3)):
                return [f"{answer.line}: exit status {answer.status}: {answer.text}"]
        if step.get("serve"):
            self._serve()
        return [fault for item in step["expect"] for fault in self._missed(item, answer)]

    def _lay(self, name: str, written: datetime) -> None:
        """Put a step's extracts in the place of those before, written at a time in UK time."""
        extracts = self._hwb.folder / "extracts"
        shutil.rmtree(extracts, ignore_errors=True)
        seconds = written.replace(tzinfo=UK).timestamp()
        for path in Path(shutil.copytree(self._case / name, extracts)).rglob("*"):
            os.utime(path, (seconds, seconds))

    def _remember(self, answer: Answer) -> None:
        for run in answer.data.get("runs", []):
            self._runs[run["school"]] = run | run["counts"]
            self._names |= {"last_run": run["id"], f"run_{run['school']}": run["id"]}
        for change in answer.data.get("changes", [])[:1]:
            self._names["change"] = str(change["id"])

    def _serve(self) -> None:
        """Keep `hwb serve` up, with Slack out of reach, until it has made a run."""
        before = len(self._call(["runs", "--json"]).rows)
        nowhere = {
            "SLACK_BOT_TOKEN": "xoxb-made-up",
            "SLACK_APP_TOKEN": "xapp-made-up",
            "HWB_SLACK_API_URL": "http://127.0.0.1:9/api/",
        }
        with Served(self._words(["serve"]), self._hwb.folder, **nowhere) as served:
            served.until("as soon as Slack can be reached")
            eventually(lambda: len(self._call(["runs", "--json"]).rows) > before, 30)
            served.terminate()
            assert served.ended().status == 0

    def _missed(self, item: Step, last: Answer | None) -> list[str]:
        """How an expectation is not met; one without a command of its own is about the step's last one."""
        if "any_of" in item:
            ways = [[fault for part in way for fault in self._missed(part, last)] for way in item["any_of"]]
            return [f"none of: {ways}"] if all(ways) else []
        args = [*item["json"], "--json"] if "json" in item else item.get("text")
        answer = self._call(args) if args else last
        assert answer is not None, f"the step has no command: {item}"
        return [
            f"{answer.line}, {what}: expected {wanted}, came {came}"
            for what, wanted, came in self._looked_at(item, answer)
            if not _fits(came, wanted)
        ]

    def _looked_at(self, item: Step, answer: Answer) -> Iterator[tuple[str, Any, Any]]:
        """What an expectation looks at: a name for it, what is wanted, and what came."""
        subject = self._runs.get(item["run"], {}) if "run" in item else answer.data
        for key, wanted in item.get("is", {}).items():
            yield key, wanted, subject.get(key)
        if "count" in item:
            rows = [row for row in answer.rows if _has(row, item.get("where", {}))]
            yield f"how many {item.get('where', '')}", item["count"], len(rows)
        for cause, people in item.get("groups", {}).items():
            found = {
                identifier
                for group in answer.rows
                if group["cause"] == cause
                for identifier in group["identifiers"]
            }
            yield cause, True, found >= set(people)
        said = answer.text if "json" in item or "text" in item else answer.errors
        for key, holds in _SAYS.items():
            if key in item:
                words = [word.lower() in said.lower() for word in item[key]]
                yield f"{key} {item[key]}", said if holds(words) else True, said


def _has(row: Mapping[str, Any], where: Mapping[str, Any]) -> bool:
    return all(_fits(row.get(key), wanted) for key, wanted in where.items())


def _fits(came: Any, wanted: Any) -> bool:
    """Whether a value is the wanted one, has it, is one of several wanted ones, or at least N for `>=N`."""
    if isinstance(wanted, list):
        return any(_fits(came, choice) for choice in wanted)
    if isinstance(wanted, str) and wanted.startswith(">="):
        return isinstance(came, int) and came >= int(wanted[2:])
    return wanted in came if isinstance(came, list) else bool(came == wanted)
