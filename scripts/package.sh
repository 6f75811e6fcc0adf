#!/usr/bin/env bash
# Makes a Debian package of each built program in dist/:
#   package.sh 'NFPM COMMAND' VERSION
set -euo pipefail
cd "$(dirname "$0")/.."
nfpm=$1
VERSION=$(scripts/package/version.sh "$2" "$(git log -1 --format=%cd --date=format:%Y%m%d%H%M%S)")
ARCH=$(go env GOARCH)
export VERSION ARCH
mkdir -p dist
rm -f dist/aufruf-*.deb
gzip -9nc CHANGELOG.md >dist/changelog.gz
# The units of a town of its own, beside others on the machine.
for unit in aufruf-server.service aufruf-backup.service aufruf-backup.timer; do
  sed -f scripts/package/per-town.sed "scripts/package/$unit" >"dist/${unit/./@.}"
done
find dist/man -name "*.1" -exec gzip -9nf {} +
for program in server display caller; do
  "bin/$program" --licenses >"dist/$program.copyright"
  $nfpm package --config "scripts/package/$program.yaml" --packager deb --target dist/
done
rm dist/changelog.gz dist/*.copyright dist/*@.*
