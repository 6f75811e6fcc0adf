#!/usr/bin/env bash
# Builds the container of bin/server by whatever builder there is:
#   container.sh IMAGE VERSION [BASE]
set -euo pipefail
cd "$(dirname "$0")/.."
image=$1 version=$2 base=${3-}
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
context=dist/container
rm -rf "$context"
mkdir -p "$context"/lib/aufruf "$context"/lib/aufruf-key "$context"/lib/aufruf-backup
chmod 0750 "$context"/lib/*
install -m 0755 bin/server "$context/server"
scripts/package/copyright.sh bin/server >"$context/copyright"
find "$context" -exec touch --date="@$SOURCE_DATE_EPOCH" {} +
arguments=(--file Containerfile --tag "$image" --build-arg "VERSION=$version" ${base:+--build-arg "BASE=$base"})
# Only the format of Docker knows HEALTHCHECK.
if command -v podman >/dev/null; then
  podman build --format docker --timestamp "$SOURCE_DATE_EPOCH" "${arguments[@]}" "$context"
elif command -v buildah >/dev/null; then
  buildah build --format docker --timestamp "$SOURCE_DATE_EPOCH" "${arguments[@]}" "$context"
else
  SOURCE_DATE_EPOCH=$SOURCE_DATE_EPOCH docker build "${arguments[@]}" "$context"
fi
