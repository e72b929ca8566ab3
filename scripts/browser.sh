#!/bin/sh
# Brings what the browser tests need: scripts/browser.sh VENV/bin. A browser that is there is taken; otherwise Debian's
# Chromium, and where that can't be had, the one that Playwright downloads. The font is one the tests measure with.
set -eu
bin=$1
as_root=$(dirname "$0")/as_root.sh

has_browser() {
    for name in chromium chromium-browser google-chrome; do
        if command -v "$name" >/dev/null 2>&1 && "$name" --version >/dev/null 2>&1; then return 0; fi
    done
    # Playwright's own may be there and lack its libraries, so it is started.
    "$bin/python" - >/dev/null 2>&1 <<'PYTHON'
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    playwright.chromium.launch(args=["--no-sandbox"]).close()
PYTHON
}

# Where there is no apt the tests fall back to Verdana, which is as wide.
if command -v apt-get >/dev/null 2>&1 && [ ! -e /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf ]; then
    echo "Installing a font for the browser tests ..."
    sh "$as_root" fonts-dejavu-core || echo "The browser tests go on without it." >&2
fi

if has_browser; then exit 0; fi
# Ubuntu's package of this name is an empty one that needs snap, so the browser is looked for again.
if command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium for the browser tests (about 100 MB, a minute or so) ..."
    sh "$as_root" chromium || true
    if has_browser; then exit 0; fi
fi
echo "Downloading Playwright's Chromium for the browser tests ..."
if [ "$(id -u)" = 0 ] || command -v sudo >/dev/null 2>&1; then
    "$bin/playwright" install --with-deps chromium || true
else
    "$bin/playwright" install chromium || true
fi
if has_browser; then exit 0; fi
echo "The tests need a browser and none could be installed: install Chromium as root, then run make test again." >&2
exit 1
