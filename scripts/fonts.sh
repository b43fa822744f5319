#!/usr/bin/env bash
# Makes the fonts that documents are set in, only when they are missing or their recipe changed.
set -euo pipefail
source "$(dirname "$0")/say.sh"

want="$(digest tools/fonts document/truetype)"
if [ -e "$root/data/fonts/text.ttf" ] && [ -e "$root/data/fonts/title.ttf" ] && [ -e "$root/data/fonts/rare.ttf" ] && fresh fonts "$want"; then exit 0; fi
npm_ci tools/fonts
say "fonts"
(cd "$root" && go run ./tools/fonts)
done_for fonts "$want"
