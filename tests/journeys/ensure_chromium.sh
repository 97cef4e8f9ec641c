#!/bin/sh
# The browser tests drive a real Chromium. Install Debian's where there is none and we may.
set -eu
have() { command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1; }
fonts() { fc-list :lang=zh 2>/dev/null | grep -q .; }
if have && fonts; then exit 0; fi
if command -v apt-get >/dev/null 2>&1; then
  SUDO=""; [ "$(id -u)" = 0 ] || SUDO="sudo"
  $SUDO apt-get update -qq && $SUDO env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk >/dev/null
fi
if ! have; then
  echo "No Chromium found: the browser tests will be counted as failed. Install chromium (or google-chrome) and Chinese fonts." >&2
fi
