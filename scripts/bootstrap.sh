#!/usr/bin/env bash
# Finds what a build (bootstrap.sh demo) or the tests (bootstrap.sh test) need, and installs what is missing:
# Debian packages where run as root, otherwise it names the command that would. What only some tests need
# is skipped aloud, except in CI, where it is an error.
set -euo pipefail
source "$(dirname "$0")/say.sh"

for_what="${1:-demo}"

check_go() {
  command -v go >/dev/null || die "Go is not installed. Install Go $(go_needed) or newer and make sure that 'go' is in PATH."
  # The go command may fetch the version that go.mod asks for; only if it cannot is there something to do.
  (cd "$root" && go version >/dev/null 2>&1) ||
    die "This is Go $(cd / && GOTOOLCHAIN=local go env GOVERSION | sed 's/^go//'), and go.mod asks for $(go_needed). Install it, or let the go command fetch it (go env GOTOOLCHAIN must not be 'local')."
}

go_needed() { sed -n 's/^go //p' "$root/go.mod"; }

check_node() {
  local needed=20.19.0
  command -v node >/dev/null || die "Node.js is not installed. Install Node.js $needed or newer; it builds the console."
  at_least "$(node --version | tr -d v)" "$needed" || die "This is Node.js $(node --version | tr -d v); the console's build needs $needed or newer."
  command -v npm >/dev/null || die "npm is not installed. It comes with Node.js; on Debian: apt-get install npm."
}

has_postgres() { command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }
has_chromium() { command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; }
has_poppler() { command -v pdftotext >/dev/null; }
has_cjk() { compgen -G '/usr/share/fonts/opentype/noto/NotoSansCJK*' >/dev/null || { command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh-cn family 2>/dev/null)" ]; }; }

install_packages() {
  local packages=("$@")
  if ! command -v apt-get >/dev/null; then
    missing "Not found: ${packages[*]} (their Debian names). Install them with your system's package manager; the tests that need them are skipped."
    return
  fi
  if [ "$(id -u)" != 0 ]; then
    missing "Not found: ${packages[*]}. The tests that need them are skipped. To run them as well: sudo apt-get install -y ${packages[*]}"
    return
  fi
  say "Debian packages: ${packages[*]}"
  # The tests start a PostgreSQL of their own; the package need not start one.
  if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    mkdir -p /etc/postgresql-common
    echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
  fi
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Options::=--force-confold -o Dpkg::Use-Pty=0)
  "${apt[@]}" install -y --no-install-recommends "${packages[@]}" >/dev/null 2>&1 ||
    { "${apt[@]}" update && "${apt[@]}" install -y --no-install-recommends "${packages[@]}" >/dev/null; } ||
    missing "apt-get could not install ${packages[*]}. Try: apt-get update && apt-get install -y ${packages[*]}"
}

check_go
check_node
if [ "$for_what" = test ]; then
  wanted=()
  has_postgres || wanted+=(postgresql)
  has_chromium || wanted+=(chromium)
  command -v ffmpeg >/dev/null || wanted+=(ffmpeg)
  has_poppler || wanted+=(poppler-utils)
  has_cjk || wanted+=(fonts-noto-cjk)
  if [ ${#wanted[@]} -gt 0 ]; then install_packages "${wanted[@]}"; fi
fi
