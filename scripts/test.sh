#!/usr/bin/env bash
# Runs all tests: Go on SQLite and on a PostgreSQL of its own, the console's units, the stories in a browser.
# Every part runs even if one before it failed; the end says which did.
set -euo pipefail
source "$(dirname "$0")/say.sh"

here="$root/scripts"
failed=()
begin=$SECONDS

# part NAME COMMAND... runs one part of the tests and remembers a failure.
part() {
  local name="$1" start=$SECONDS
  shift
  say "$name"
  if (cd "$root" && "$@"); then
    say "$name: good, $((SECONDS - start)) s"
  else
    failed+=("$name")
    warn "$name: FAILED after $((SECONDS - start)) s"
  fi
}

"$here/bootstrap.sh" test

# vet, build and test with the same flags compile every package once instead of twice.
export GOFLAGS="${GOFLAGS:+$GOFLAGS }-trimpath"

# The packages whose tests take longest begin first, so that none of them is left to run alone; a third beside two on two cores
# takes the time in which they wait.
longest=(./app ./systems/intake ./bench ./systems/evidence ./ledger ./cmd/jiexu ./bench/city)
beside=$(($(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2) + 1))

# Fetching waits for the network, so both sides fetch at once.
(cd "$root" && go mod download) &
fetching=$!
part "console: build" "$here/frontend.sh"
wait "$fetching" || die "Go could not fetch its modules. Is the module proxy reachable? go reads its address from GOPROXY and the proxy variables."
part "fonts" "$here/fonts.sh"

part "go vet" go vet ./...
part "go build" "$here/build.sh"
# go vet has run above.
part "go test" env JIEXU_BIN="$root/bin/jiexu" "$here/quick.sh" go test -vet=off -timeout 15m -p "$beside" "${longest[@]}" ./...
part "console: types" npm --prefix web run --silent check
part "console: units" npm --prefix web run --silent test
if browser="$(command -v chromium || command -v chromium-browser || command -v google-chrome)"; then
  part "console: in the browser" "$here/quick.sh" --alone env JIEXU_BIN="$root/bin/jiexu" CHROMIUM="$browser" npm --prefix web run --silent e2e
else
  missing "Chromium is not installed: the browser tests are skipped. To run them: apt-get install chromium"
fi

total=$((SECONDS - begin))
if [ ${#failed[@]} -gt 0 ]; then die "failed: $(printf '%s; ' "${failed[@]}")after $((total / 60)) min $((total % 60)) s"; fi
say "all tests are good, $((total / 60)) min $((total % 60)) s"
