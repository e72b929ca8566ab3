"""Ask whether the pinned packages have known vulnerabilities: `python -m scripts.audit_dependencies`.

The data is that of https://osv.dev. Exit status: 0 none is known, or the data can't be had, which is said; 1
there are some; 2 the question itself failed.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

LOCK = Path(__file__).parent.parent / "requirements.lock"
_UNREACHABLE = re.compile(r"ConnectionError|Timeout|NameResolutionError|ProxyError|ServiceError|SSLError")
_SECONDS = 60
"""The most time that the whole question may take."""


def main() -> int:
    """Ask, print what is known, and return the exit status."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(LOCK), "--require-hashes"]
    command += ["--disable-pip", "--vulnerability-service", "osv", "--timeout", "15"]
    command += ["--progress-spinner", "off", "--format", "json"]
    try:
        asked = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return judged("", "Timeout")
    return judged(asked.stdout, asked.stderr)


def judged(answer: str, trouble: str) -> int:
    """Print what the JSON `answer` of pip-audit, or else its `trouble`, means; return the exit status."""
    try:
        packages = json.loads(answer)["dependencies"]
    except (ValueError, KeyError, TypeError):
        if _UNREACHABLE.search(trouble):
            print("NOT CHECKED: the data of known vulnerabilities can't be reached from here.")
            return 0
        print(f"pip-audit failed:\n{trouble[-2_000:]}")
        return 2
    known = [(package, found) for package in packages for found in package.get("vulns", ())]
    for package, found in known:
        fixed = ", ".join(found.get("fix_versions") or ["no version yet"])
        print(f"{package['name']} {package['version']}: {found['id']}, mended in {fixed}")
    print(f"{len(packages)} packages, {len(known)} known vulnerabilities.")
    return 1 if known else 0


if __name__ == "__main__":
    sys.exit(main())
