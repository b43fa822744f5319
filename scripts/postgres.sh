#!/usr/bin/env bash
# Runs a command with a PostgreSQL of its own: postgres.sh COMMAND...
# The cluster lives in a temporary folder, listens on 127.0.0.1 and a socket in that folder only, and is gone when
# the command ends, however it ends. JIEXU_TEST_PG holds its address. It writes durably as a real one does, so that
# one may measure with it; for tests, which need not wait for a disk, quick.sh has it elsewhere and without that.
set -euo pipefail
source "$(dirname "$0")/say.sh"

if [ -n "${JIEXU_TEST_PG:-}" ]; then exec "$@"; fi # somebody brought a cluster along

bin=""
for candidate in "$(dirname "$(readlink -f "$(command -v initdb || echo /nonexistent/initdb)")")" $(compgen -G '/usr/lib/postgresql/*/bin' | sort -Vr || true); do
  if [ -x "$candidate/initdb" ] && [ -x "$candidate/pg_ctl" ]; then bin="$candidate"; break; fi
done
if [ -z "$bin" ]; then
  missing "PostgreSQL is not installed: the PostgreSQL half of the store tests is skipped. To run it: apt-get install postgresql"
  exec "$@"
fi

# PostgreSQL refuses to run as root; a user without rights runs it then.
as=()
if [ "$(id -u)" = 0 ]; then
  user=nobody
  if id postgres >/dev/null 2>&1; then user=postgres; fi
  as=(setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups --)
fi

# What is killed in tests is our program, never PostgreSQL or the machine: what it wrote is there without a disk's word for it.
durable=(-c fsync=on)
if [ -n "${JIEXU_QUICK:-}" ]; then durable=(-c fsync=off -c full_page_writes=off -c max_wal_size=256MB); fi

home="$(mktemp -d "${JIEXU_QUICK:-/tmp}/jiexu-pg.XXXXXX")"
if [ ${#as[@]} -gt 0 ]; then chown "$user" "$home"; fi
started=""
finish() {
  status=$?
  trap - EXIT INT TERM HUP
  if [ -n "$started" ]; then (cd / && "${as[@]}" "$bin/pg_ctl" -D "$home/data" -m immediate -w -t 20 stop >/dev/null 2>&1) || true; fi
  rm -rf "$home"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

spare_port() { node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close() })'; }

cd "$home"
"${as[@]}" "$bin/initdb" -D "$home/data" -U postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$home/initdb.log" 2>&1 ||
  { cat "$home/initdb.log" >&2; die "initdb failed (its words are above)"; }
for attempt in 1 2 3; do
  port="$(spare_port)"
  if "${as[@]}" "$bin/pg_ctl" -D "$home/data" -l "$home/data/server.log" -w -t 60 \
    -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$home -c max_connections=300 ${durable[*]}" start >/dev/null 2>&1; then
    started=yes
    break
  fi
  if [ "$attempt" = 3 ]; then
    cat "$home/data/server.log" >&2 || true
    die "PostgreSQL did not start (its words are above)"
  fi
done
cd "$root"
export JIEXU_TEST_PG="postgres://postgres@127.0.0.1:$port/postgres?sslmode=disable"
say "PostgreSQL $("$bin/postgres" --version | sed 's/.* \([0-9.]*\).*/\1/') on port $port"

# The command gets a process group of its own, so that a signal ends all of it, and this script, waiting, hears the signal.
set -m
"$@" </dev/null &
child=$!
set +m
trap 'kill -TERM -- "-$child" 2>/dev/null; wait "$child" || true; exit 130' INT
trap 'kill -TERM -- "-$child" 2>/dev/null; wait "$child" || true; exit 143' TERM HUP
wait "$child"
