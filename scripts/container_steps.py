"""`make container-steps`: do what `deploy/Containerfile` says in a folder, without a container engine.

Each RUN and COPY is carried out with that folder before the paths of the image; the account is not made, for
it would be this machine's. Then `hwb check` runs with the image's variables, by root as the number of the
image's account. What it writes outside `data/` and `/tmp` is told, with exit status 1.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from scripts import containerfile
from scripts.containerfile import Step

_CONTEXT = Path(__file__).parents[1]
_OF_IMAGE = re.compile(r"(?<![\w/])/(?=opt/hwb|var/lib/hwb|tmp)")


def main() -> int:
    """Carry out the steps; return the exit status."""
    parser = argparse.ArgumentParser(description="Do what the Containerfile says in a folder.")
    parser.add_argument(
        "--python",
        default=sys.executable,
        help="the Python in place of the image's, which all accounts can run",
    )
    parser.add_argument("--folder", type=Path, help="a new folder; otherwise one that is deleted at the end")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        root = (given.folder or Path(made) / "image").absolute()
        for folder in ("opt", "tmp", "var/lib/hwb/data"):
            (root / folder).mkdir(parents=True)
        for step in containerfile.steps(containerfile.FILE.read_text()):
            _do(step, root, given.python)
        if given.folder is None:
            Path(made).chmod(0o755)  # the other account has to come in
        return _check(root)


def _do(step: Step, root: Path, python: str) -> None:
    if step.word == "COPY" and not step.rest.startswith("--from"):
        source, target = step.rest.split()
        for file in _CONTEXT.glob(source):
            print(f"COPY {file.name}")
            shutil.copy(file, root / target.lstrip("/"))
    if step.word == "RUN" and "useradd" not in step.rest:
        line = re.sub(r"^python\b", python, _OF_IMAGE.sub(f"{root}/", step.rest))
        print(f"RUN {line}", flush=True)
        subprocess.run(["/bin/sh", "-euc", line], check=True)


def _check(root: Path) -> int:
    """Run `hwb check` as the image would, and look at what was written."""
    ours = os.geteuid() == 0
    data, temporary = root / "var/lib/hwb/data", root / "tmp"
    temporary.chmod(0o1777)
    if ours:
        os.chown(data, containerfile.user(), containerfile.user())
    variables = {
        name: _OF_IMAGE.sub(f"{root}/", value).replace("$PATH", os.defpath)
        for name, value in containerfile.variables().items()
    }
    before = _files(root)
    account = (
        {"user": containerfile.user(), "group": containerfile.user(), "extra_groups": []} if ours else {}
    )
    done = subprocess.run(
        [root / "opt/hwb/bin/hwb", "check"],
        cwd=data.parent,
        env={**variables, "TMPDIR": str(temporary)},
        check=False,
        **account,  # type: ignore[call-overload]
    )
    written = {file for file in _files(root) - before if not file.is_relative_to(data)}
    strays = sorted(str(file) for file in written if not file.is_relative_to(temporary))
    print(f"hwb check: exit status {done.returncode}; written outside data/ and /tmp: {strays or 'nothing'}")
    return 1 if done.returncode or strays else 0


def _files(root: Path) -> set[Path]:
    return {file for file in root.rglob("*") if file.is_file()}


if __name__ == "__main__":
    sys.exit(main())
