#!/usr/bin/env bash
# Runs a command of tests without waiting for a disk: quick.sh [--alone] COMMAND...; --alone without a PostgreSQL. Temporary folders, and with them the tests'
# SQLite files, media and PostgreSQL, lie in memory where there is room, and PostgreSQL does not sync. A program that is
# killed leaves the same behind as on a disk, since what it wrote is the kernel's; only a machine that loses power would
# tell them apart, and no test pulls that plug. What measures (jiexu bench, go test -bench) does not go this way.
set -euo pipefail
source "$(dirname "$0")/say.sh"

with=("$root/scripts/postgres.sh")
if [ "${1:-}" = --alone ]; then with=(); shift; fi

memory=/dev/shm
room="$(df -Pm "$memory" 2>/dev/null | awk 'NR == 2 { print $4 }')"
free="$(awk '/^MemAvailable:/ { print int($2 / 1024) }' /proc/meminfo 2>/dev/null || true)"
if [ -w "$memory" ] && [ "${room:-0}" -ge 4096 ] && [ "${free:-0}" -ge 6144 ]; then where="$memory"; else where="${TMPDIR:-/tmp}"; fi
folder="$(mktemp -d "$where/jiexu-test.XXXXXX")"
chmod 755 "$folder" # PostgreSQL runs as a user of its own
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# Programs of 100 MB that are linked for each package stay on the disk. A fifth of the work is the collector's, and there is memory for less of it.
export JIEXU_QUICK="$folder" GOTMPDIR="${GOTMPDIR:-${TMPDIR:-/tmp}}" GOGC="${GOGC:-300}"
export TMPDIR="$folder"
set -m
"${with[@]}" "$@" </dev/null &
child=$!
set +m
trap 'kill -TERM -- "-$child" 2>/dev/null; wait "$child" || true; exit 130' INT
trap 'kill -TERM -- "-$child" 2>/dev/null; wait "$child" || true; exit 143' TERM HUP
wait "$child"
