#!/usr/bin/env bash
# Installs the Debian packages that are missing for the purpose named:
#   setup.sh run    to build and start the programs
#   setup.sh test   the same, and what the tests drive
#   setup.sh lintian, container, debian   what run needs, and that tool
# Debian 12 is the oldest that it all is built and tried on; a package that is
# built on a newer one says which C library it needs at least.
# A thing that is there already, however it came, is left alone. Where this
# script can't install, it says what to install by hand, and what for.
set -euo pipefail

missing=() reasons=()

# need PACKAGE REASON CHECK...: the package is missing where the check fails.
need() {
  local package=$1 reason=$2
  shift 2
  if ! "$@" >/dev/null 2>&1; then
    missing+=("$package")
    reasons+=("$(printf '  %-18s %s' "$package" "$reason")")
  fi
}

have_postgres() { command -v initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb'; }
have_font() { compgen -G '/usr/share/fonts/*/*/*.[to]tf' || compgen -G '/usr/share/fonts/*/*.[to]tf'; }
have_browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; }
have_builder() { command -v podman || command -v buildah || command -v docker; }

wanted_go() { awk '$1 == "go" {print $2}' go.mod; }

require_go() {
  if ! command -v go >/dev/null; then
    echo "Go is missing: install Go $(wanted_go) or newer, see https://go.dev/dl/" >&2
    exit 1
  fi
  local have want
  # One that is too old may refuse go.mod, and not even say what it is.
  have=$(go env GOVERSION 2>/dev/null) || have=$(cd / && go env GOVERSION)
  want=$(wanted_go)
  if [ "$(printf '%s\n' "$want" "${have#go}" | sort -V | head -n 1)" != "$want" ]; then
    echo "Go $want or newer is needed, this is ${have#go}; see https://go.dev/dl/" >&2
    exit 1
  fi
}

root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

by_hand() {
  {
    echo "$1 Please install:"
    printf '%s\n' "${reasons[@]}"
    echo "On Debian or Ubuntu: sudo apt-get install --no-install-recommends ${missing[*]}"
  } >&2
  exit 1
}

# Debian starts a database of its own with the package; tests don't want it,
# and neither may the owner of this machine.
no_database_service() {
  local conf=/etc/postgresql-common/createcluster.conf
  [[ " ${missing[*]} " == *" postgresql "* && ! -e $conf ]] || return 0
  root mkdir -p "${conf%/*}"
  echo 'create_main_cluster = false' | root tee "$conf" >/dev/null
}

apt() { root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 "$@" >>"$log" 2>&1; }

# A mirror that is being updated answers wrongly for a moment, hence three tries.
install_missing() {
  local try log
  log=$(mktemp)
  no_database_service
  for try in 1 2 3; do
    if apt update && apt install -y --no-install-recommends "${missing[@]}"; then
      rm "$log"
      return 0
    fi
    echo "apt-get failed, try $try of 3:" >&2
    tail -n 5 "$log" >&2
    sleep $((try * 3))
  done
  rm "$log"
  return 1
}

cd "$(dirname "$0")/.."
purpose=${1:-test}
require_go
need gcc 'compiles SQLite and the sound output' command -v gcc
need binutils 'reads which C library a program needs' command -v objdump
need libc6-dev 'headers for the C compiler' test -e /usr/include/stdlib.h
need pkg-config 'finds the ALSA headers' command -v pkg-config
need libasound2-dev 'ALSA headers, for the screen program' test -e /usr/include/alsa/asoundlib.h
if [ "$purpose" = test ]; then
  need libasound2-data 'ALSA configuration that the sound tests include' test -e /usr/share/alsa/alsa.conf
  need chromium 'the browser that the page tests drive' have_browser
  need firefox-esr 'the other browser that the page tests drive' command -v firefox-esr
  need fonts-dejavu-core 'a font for signs that ours lacks' have_font
  need iproute2 'lays the cable between a screen and its server' command -v ip
  need systemd 'starts the installed packages' test -x /lib/systemd/systemd
  need adduser 'makes the accounts of the installed packages' command -v adduser
  need postgresql 'the second database engine; tests start their own' have_postgres
fi
if [ "$purpose" = lintian ]; then
  need lintian "Debian's check of packages" command -v lintian
fi
if [ "$purpose" = debian ]; then
  need mmdebstrap 'makes a bare Debian to try things on' command -v mmdebstrap
fi
if [ "$purpose" = container ]; then
  need buildah 'builds the container' have_builder
fi

# Of Prometheus only the tool that checks rules is wanted, not its service.
want_promtool() {
  command -v promtool >/dev/null || [ -x var/tools/promtool ] || fetch_promtool ||
    echo 'promtool is missing (Debian: prometheus); the tests of the alert rules need it.' >&2
}

fetch_promtool() (
  command -v apt-get >/dev/null || exit 1
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  root=$PWD
  cd "$folder"
  apt-get -qq download prometheus 2>/dev/null || { apt update 2>/dev/null; apt-get -qq download prometheus; } || exit 1
  dpkg-deb --fsys-tarfile prometheus_*.deb | tar -x ./usr/bin/promtool
  mkdir -p "$root/var/tools"
  mv usr/bin/promtool "$root/var/tools/promtool"
)

[ "$purpose" != test ] || want_promtool
[ ${#missing[@]} -eq 0 ] && exit 0
command -v apt-get >/dev/null || by_hand 'There is no apt-get here.'
if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
  by_hand 'This account may not install packages and there is no sudo.'
fi
echo "Installing ${missing[*]} …" >&2
install_missing || by_hand 'Installing failed.'
