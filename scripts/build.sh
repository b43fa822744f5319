#!/usr/bin/env bash
# Builds bin/jiexu. The version is that of CHANGELOG.md's newest entry, with the commit if there is one.
set -euo pipefail
source "$(dirname "$0")/say.sh"

version="$(sed -n 's/^## \(Unreleased \)\{0,1\}\([0-9][0-9.]*\).*/\2/p' "$root/CHANGELOG.md" | head -n 1)"
if grep -q '^## Unreleased' "$root/CHANGELOG.md"; then version="$version-dev"; fi
if commit="$(git -C "$root" rev-parse --short HEAD 2>/dev/null)"; then version="$version+$commit"; fi
cd "$root"
# -buildvcs=false: a clone that belongs to another user must build as well.
go build -trimpath -buildvcs=false -ldflags "-X main.Version=$version" -o bin/jiexu ./cmd/jiexu
