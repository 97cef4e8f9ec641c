#!/bin/sh
# A third party's Bot API server and a third party's client, for the tests alone, each into a folder of its own beside
# the environment (never into it): what they need must not decide which versions the service runs with.
#   install.sh <python> <folder>
set -eu
PYTHON="$1"
mkdir -p "$2"
INTO="$(cd "$2" && pwd)"
HERE="$(cd "$(dirname "$0")" && pwd)"
exec 9>"$INTO/.lock"
if command -v flock >/dev/null 2>&1; then flock 9; fi

if ! cmp -s "$HERE/package-lock.json" "$INTO/cloud/.installed"; then
  if command -v npm >/dev/null 2>&1; then
    rm -rf "$INTO/cloud" && mkdir -p "$INTO/cloud"
    cp "$HERE/package.json" "$HERE/package-lock.json" "$INTO/cloud/"
    (cd "$INTO/cloud" && npm ci --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error >&2)
    cp "$HERE/package-lock.json" "$INTO/cloud/.installed"
  else
    echo "No npm found: the tests against a third party's Bot API server are left out, and fail where CI=true. Install Node.js." >&2
  fi
fi

if ! cmp -s "$HERE/requirements.lock" "$INTO/client/.installed"; then
  rm -rf "$INTO/client"
  "$PYTHON" -m pip install --quiet --disable-pip-version-check --require-hashes --target "$INTO/client" -r "$HERE/requirements.lock"
  cp "$HERE/requirements.lock" "$INTO/client/.installed"
fi
