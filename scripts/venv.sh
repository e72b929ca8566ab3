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
    as_root=""
    [ "$(id -u)" = 0 ] || as_root=sudo
    $as_root apt-get update -qq && $as_root apt-get install -y -qq "$package" || {
        echo "It could not be installed. Install $package by hand, then run make again." >&2
        exit 1
    }
}
"$python" -m venv "$venv"
