#!/usr/bin/env bash
# Builds a release of a tag into dist/release/TAG, twice, in two places and with
# two caches, and keeps it only where both have the same bytes:
#   release.sh TAG 'SBOM COMMAND' 'MAINTAINER <ADDRESS>'
# What isn't committed doesn't count. Signing and publishing are for people.
set -euo pipefail
cd "$(dirname "$0")/.."
tag=${1-} sbom=${2-} maintainer=${3-}
if [ -z "$tag" ] || ! git rev-parse --quiet --verify "refs/tags/$tag" >/dev/null; then
  echo "A release is made of a tag; ${tag:-none} isn't one here. git tag v1.2.3, then: make release TAG=v1.2.3" >&2
  exit 2
fi
umask 022
work=$(mktemp -d)
# Go's caches are read-only.
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
root=$PWD
export LC_ALL=C TZ=UTC

# build CLONE GO: everything that is released, in CLONE/dist/release, the programs
# compiled by that command.
build() {
  git clone --quiet -c advice.detachedHead=false --branch "$tag" "$root" "$1"
  cd "$1"
  local named=()
  [ -z "$maintainer" ] || named=(MAINTAINER="$maintainer")
  make package VERSION="$tag" GO="$2" "${named[@]}"
  mkdir -p dist/release
  mv dist/aufruf-*.deb dist/release
  archives
  for program in server display caller; do
    bill "$program"
  done
  built_with >"dist/release/aufruf_${tag#v}.buildinfo"
  cd "$root"
}

epoch() { git log -1 --format=%ct; }

archives() {
  local name folder
  name=aufruf_${tag#v}
  git archive --format=tar --prefix="$name/" "$tag" | gzip -9n >"dist/release/${name}_source.tar.gz"
  folder=dist/$name
  mkdir -p "$folder"
  cp bin/server bin/display bin/caller LICENSE README.md README.de.md SECURITY.md "$folder"
  scripts/package/documents.sh "$folder/docs"
  mv "$folder/docs/CHANGELOG.md" "$folder"
  tar -c -C dist --sort=name --format=gnu --owner=0 --group=0 --numeric-owner --mtime="@$(epoch)" "$name" |
    gzip -9n >"dist/release/${name}_$(go env GOOS)_$(go env GOARCH).tar.gz"
}

# bill PROGRAM: what it is linked from (CycloneDX), with the commit's time
# instead of now.
bill() {
  local file cgo=1
  [ "$1" != caller ] || cgo=0
  file=dist/release/aufruf-$1_${tag#v}.cdx.json
  CGO_ENABLED=$cgo GOFLAGS=-tags=nomsgpack $sbom app -json -noserial -licenses -std -main "cmd/$1" -output "$file" .
  sed -i -E "s/(\"timestamp\": \")[^\"]*/\1$(date --utc --date="@$(epoch)" +%Y-%m-%dT%H:%M:%SZ)/" "$file"
}

# built_with names what the bytes depend on besides the commit.
built_with() {
  echo "commit $(git rev-parse HEAD)"
  go version
  gcc --version | head -n 1
  ld --version | head -n 1
  pkg-config --modversion alsa | sed 's/^/alsa /'
  (. /etc/os-release && echo "$PRETTY_NAME")
}

echo "$tag: built once …" >&2
build "$work/one" go
echo "$tag: built again, elsewhere and with an empty cache …" >&2
build "$work/a-second-place" "env GOCACHE=$work/cache go"
(cd "$work/one/dist/release" && sha256sum -- *) >"$work/SHA256SUMS"
if ! (cd "$work/a-second-place/dist/release" && sha256sum --quiet --check "$work/SHA256SUMS" && [ "$(find . -type f | wc -l)" -eq "$(wc -l <"$work/SHA256SUMS")" ]); then
  mkdir -p dist/release
  rm -rf dist/release/differs
  mkdir dist/release/differs
  mv "$work/one/dist/release" dist/release/differs/one
  mv "$work/a-second-place/dist/release" dist/release/differs/two
  echo "$tag: the two builds differ, see dist/release/differs; nothing is released." >&2
  exit 1
fi
rm -rf "dist/release/$tag"
mkdir -p dist/release
mv "$work/one/dist/release" "dist/release/$tag"
mv "$work/SHA256SUMS" "dist/release/$tag"
echo "$tag: both builds are the same, byte by byte; dist/release/$tag" >&2
