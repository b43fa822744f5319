#!/usr/bin/env bash
# Builds the console into web/dist, only when its sources changed.
set -euo pipefail
source "$(dirname "$0")/say.sh"

npm_ci web
want="$(digest web)"
if [ -e "$root/web/dist/index.html" ] && fresh web "$want"; then exit 0; fi
say "the console"
(cd "$root/web" && npm run --silent build)
touch "$root/web/dist/.keep"
done_for web "$want"
