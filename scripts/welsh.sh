#!/usr/bin/env sh
# Compiles the Welsh of what the command line's library says; a test fails where that was forgotten.
set -eu
"$1/pybabel" --quiet compile --domain hwb --directory bot/cli/locale
