"""Reads `deploy/Containerfile`: its instructions, its account, its variables and its commands."""

import json
import re
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).parents[1] / "deploy" / "Containerfile"


@dataclass(frozen=True)
class Step:
    """An instruction, such as `RUN`, and what follows it."""

    word: str
    rest: str


def steps(text: str) -> list[Step]:
    """Return the instructions of a Containerfile in their order, each on one line."""
    without_comments = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    lines = re.sub(r"\\\n\s*", " ", without_comments).splitlines()
    return [Step(*line.split(maxsplit=1)) for line in lines if line.strip()]


def said(word: str) -> str:
    """Return what follows an instruction that the file has once."""
    (found,) = (step.rest for step in steps(FILE.read_text()) if step.word == word)
    return found


def variables() -> dict[str, str]:
    """Return the variables that the image sets; `$PATH` stands for the machine's."""
    return dict(part.split("=", 1) for part in shlex.split(said("ENV")))


def user() -> int:
    """Return the number of the account that the image runs as."""
    return int(said("USER").partition(":")[0])


def health_check(port: int) -> list[str]:
    """Return the command that asks whether the program at a port of this machine is well."""
    program, *rest = command("HEALTHCHECK")
    usual = f":{variables()['HWB_HEALTH_PORT']}/"
    return [
        sys.executable if program == "python" else program,
        *(each.replace(usual, f":{port}/") for each in rest),
    ]


def command(word: str) -> list[str]:
    """Return the words of `ENTRYPOINT`, of `CMD`, or of the command behind `HEALTHCHECK`."""
    listed = said(word)
    words: list[str] = json.loads(listed[listed.index("[") :])
    return words
