#!/bin/sh
# Brings a browser for the tests: scripts/browser.sh VENV/bin. One that is there is taken; otherwise
# Debian's Chromium, and where that can't be had, the one that Playwright downloads.
set -eu
bin=$1

for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null 2>&1 && "$name" --version >/dev/null 2>&1; then exit 0; fi
done
"$bin/python" - <<'PYTHON' && exit 0
import pathlib, sys
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    sys.exit(0 if pathlib.Path(playwright.chromium.executable_path).exists() else 1)
PYTHON
echo "Installing a browser for the tests ..."
as_root=""
[ "$(id -u)" = 0 ] || as_root=sudo
# Ubuntu's package of this name is an empty one that needs snap, so it is tried out before it counts.
if command -v apt-get >/dev/null 2>&1; then
    $as_root apt-get update -qq && $as_root apt-get install -y -qq --no-install-recommends chromium || true
    if chromium --version >/dev/null 2>&1; then exit 0; fi
fi
"$bin/playwright" install --with-deps chromium
