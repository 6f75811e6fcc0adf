#!/usr/bin/env bash
# Makes a Debian package of each built program in dist/:
#   package.sh 'NFPM COMMAND' VERSION 'MAINTAINER <ADDRESS>'
# The same commit gives the same bytes: all times are the commit's.
set -euo pipefail
cd "$(dirname "$0")/.."
nfpm=$1 MAINTAINER=$3
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
VERSION=$(scripts/package/version.sh "$2" "$(TZ=UTC git log -1 --format=%cd --date=format-local:%Y%m%d%H%M%S)")
ARCH=$(go env GOARCH)
export VERSION ARCH MAINTAINER SOURCE_DATE_EPOCH

# The C library that a program needs at least: it is built on one Debian, and
# may be installed on another.
libc_of() {
  objdump -T "$1" 2>/dev/null | grep -o 'GLIBC_[0-9.]*' | sed 's/GLIBC_//' | sort -V | tail -n 1
}

# Debian wants a changelog in its own form. What is told to people is in ours.
changelog_of() {
  printf 'aufruf-%s (%s) unstable; urgency=medium\n\n  * What changed is told in CHANGELOG.md, beside this file or at aufruf-server.\n\n -- %s  %s\n' \
    "$1" "$VERSION" "$MAINTAINER" "$(LC_ALL=C TZ=UTC date --date="@$SOURCE_DATE_EPOCH" --rfc-email)"
}

# completions_of NAME PROGRAM: what makes shells complete its words, called by
# that name.
completions_of() {
  mkdir -p dist/completion/{bash,fish,zsh}
  (exec -a "$1" "bin/$2" completion bash) >"dist/completion/bash/$1"
  (exec -a "$1" "bin/$2" completion fish) >"dist/completion/fish/$1.fish"
  (exec -a "$1" "bin/$2" completion zsh) >"dist/completion/zsh/_$1"
}

mkdir -p dist
rm -f dist/aufruf-*.deb
rm -rf dist/completion
for program in server display caller; do
  completions_of "aufruf-$program" "$program"
done
# aufruf-admin takes the server's words; only the server is asked for them.
sed 's/aufruf-server/aufruf-admin/g; s/="${words\[0\]} __complete/="aufruf-server __complete/' \
  dist/completion/bash/aufruf-server >dist/completion/bash/aufruf-admin
scripts/package/documents.sh dist/doc
# The units of a town of its own, beside others on the machine.
for unit in aufruf-server.service aufruf-backup.service aufruf-backup.timer; do
  sed -f scripts/package/per-town.sed "scripts/package/$unit" >"dist/${unit/./@.}"
done
mkdir -p dist/man/man8
cp scripts/package/aufruf-admin.8 dist/man/man8
find dist/man -name '*.[18]' -exec gzip -9nf {} +
for program in server display caller; do
  scripts/package/copyright.sh "bin/$program" >"dist/$program.copyright"
  changelog_of "$program" | gzip -9n >"dist/$program.changelog.gz"
  LIBC=$(libc_of "bin/$program") || true
  export LIBC
  find dist/doc -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
  $nfpm package --config "scripts/package/$program.yaml" --packager deb --target dist/
done
rm -r dist/doc dist/completion dist/*.changelog.gz dist/*.copyright dist/*@.*
