#!/usr/bin/env bash
# Makes a Debian package of each built program in dist/:
#   package.sh 'NFPM COMMAND' VERSION
set -euo pipefail
cd "$(dirname "$0")/.."
nfpm=$1
# A version without a tag is a commit's name, which dpkg wouldn't sort.
VERSION=${2#v}
[[ $VERSION == [0-9]*.* ]] || VERSION=0.0.0~git.$VERSION
ARCH=$(go env GOARCH)
export VERSION ARCH
mkdir -p dist
for program in server display caller; do
  $nfpm package --config "scripts/package/$program.yaml" --packager deb --target dist/
done
