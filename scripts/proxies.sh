#!/usr/bin/env bash
# Fetches the Debian packages of proxies, and what they need that this machine
# lacks, into a folder, without installing anything here:
#   proxies.sh FOLDER nginx haproxy …
# A test installs them on a machine of its own.
set -euo pipefail
folder=$(mkdir -p "$1" && cd "$1" && pwd)
shift
wanted=$(printf '%s\n' "$@")
[ "$wanted" = "$(cat "$folder/fetched" 2>/dev/null)" ] && exit 0

root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

fetch() {
  root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 -o APT::Sandbox::User=root \
    -o "Dir::Cache::archives=$folder" install -y --download-only --no-install-recommends --reinstall "$@"
}

rm -f "$folder"/*.deb
mkdir -p "$folder/partial"
if ! fetch "$@" 2>/dev/null; then
  root apt-get -qq update
  fetch "$@"
fi
echo "$wanted" >"$folder/fetched"
