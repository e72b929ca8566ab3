#!/bin/sh
# Brings Slack's own clients for Node, which the tests set against the local workspace: scripts/node_clients.sh VENV/bin.
# They lie in the folder `node` of that environment until their lock changes. Without npm nothing is brought, and the
# tests of these clients say that they are skipped.
set -eu
bin=$1
from=$(dirname "$0")/../tests/slack_workspace/node
to=$("$bin/python" -c 'import sys; print(sys.prefix)')/node

if ! command -v npm >/dev/null 2>&1; then exit 0; fi
if cmp -s "$from/package-lock.json" "$to/installed.json"; then exit 0; fi
echo "Installing Slack's clients for Node (22 MB, some seconds) ..."
mkdir -p "$to"
cp "$from/package.json" "$from/package-lock.json" "$from/.npmrc" "$to"
(cd "$to" && npm ci --ignore-scripts --no-progress --silent) || {
    echo "npm could not install them: see that it reaches its registry, then run make test again." >&2
    exit 1
}
cp "$from/package-lock.json" "$to/installed.json"
