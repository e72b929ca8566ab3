#!/bin/sh
# Makes the virtual environment: scripts/venv.sh PYTHON FOLDER. Debian keeps the module for it in a
# package of its own, which is installed where we may.
set -eu
python=$1 venv=$2

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Python 3.11 or newer is needed; $python is older. Try: make PYTHON=python3.12 ..." >&2
    exit 1
}
[ -x "$venv/bin/python" ] && "$venv/bin/python" -m pip --version >/dev/null 2>&1 && exit 0

"$python" -c 'import ensurepip, venv' 2>/dev/null || {
    package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    echo "Python's venv module is missing; installing $package ..."
    sh "$(dirname "$0")/as_root.sh" "$package" || exit 1
}
"$python" -m venv "$venv"
