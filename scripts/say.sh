# Sourced by the other scripts: how they speak, and where the root is.

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
stamps="$root/.tools/stamps"

say() { printf '\033[1m→ %s\033[0m\n' "$*" | plain; }
warn() { printf '\033[33m! %s\033[0m\n' "$*" | plain >&2; }
die() { printf '\033[31m✗ %s\033[0m\n' "$*" | plain >&2; exit 1; }

# plain takes the colours out where nobody looks at a terminal.
plain() { if [ -t 2 ] && [ -z "${NO_COLOR:-}" ]; then cat; else sed $'s/\033\\[[0-9;]*m//g'; fi; }

# ci is true where a missing part must fail the run instead of being skipped.
ci() { [ "${CI:-}" = true ] || [ "${CI:-}" = 1 ]; }

# missing says that something is absent: an error in CI, elsewhere a skip that is said aloud.
missing() { if ci; then die "$*"; else warn "$*"; fi; }

# at_least VERSION MINIMUM compares dotted versions.
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

# digest PATH... is one hash of all files under the paths, by name and content. What tools make is left out.
digest() {
  (cd "$root" && { find "$@" -type d \( -name node_modules -o -name dist -o -name test-results \) -prune -o -type f -print0 2>/dev/null || true; } |
    LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d ' ' -f 1)
}

# fresh NAME DIGEST is true if the step NAME was last done for DIGEST; done_for remembers it.
fresh() { [ "$(cat "$stamps/$1" 2>/dev/null)" = "$2" ]; }
done_for() { mkdir -p "$stamps" && printf '%s\n' "$2" >"$stamps/$1"; }

# npm_ci FOLDER installs the packages of a folder's lock file, if they are not there already.
npm_ci() {
  local want
  want="$(digest "$1/package.json" "$1/package-lock.json" "$1/.npmrc")"
  if [ -d "$root/$1/node_modules" ] && fresh "npm-${1//\//-}" "$want"; then return; fi
  say "npm packages of $1"
  (cd "$root/$1" && npm ci --no-fund --no-audit --loglevel=error) ||
    die "npm could not install the packages of $1. Is the package registry reachable? npm reads its address and proxies from your npm configuration and environment."
  done_for "npm-${1//\//-}" "$want"
}
