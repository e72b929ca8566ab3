#!/bin/sh
# Installs Debian packages: scripts/as_root.sh PACKAGE... As root, or by sudo where it is there; otherwise it says what
# root has to run, and ends with 1.
set -eu

sudo=""
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null 2>&1 || {
        echo "Only root may install packages here. As root, run: apt-get install $*" >&2
        exit 1
    }
    echo "This needs root: sudo may ask for your password."
    sudo="sudo"
fi
# apt prints some lines for every package even when quiet; they are shown if it fails.
log=$(mktemp)
trap 'rm -f "$log"' EXIT
$sudo apt-get update -qq >"$log" 2>&1 || true
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >>"$log" 2>&1 || {
    cat "$log" >&2
    echo "Could not install $*. As root, run: apt-get install $*" >&2
    exit 1
}
