#!/usr/bin/env bash
# Unpacks Postfix and Exim from Debian's packages into a folder, without
# installing either (they would put each other out): mta.sh FOLDER. What they
# need of this machine is a library, and a user and a folder that Exim is built with.
set -euo pipefail
folder=$(mkdir -p "$1" && cd "$1" && pwd)
chmod 755 "$folder"

root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

if [ ! -x "$folder/exim/usr/sbin/exim4" ]; then
  cd "$folder"
  apt-get -qq -o APT::Sandbox::User=root download postfix exim4-daemon-light 2>/dev/null || {
    root apt-get -qq update
    apt-get -qq -o APT::Sandbox::User=root download postfix exim4-daemon-light
  }
  dpkg -x postfix_*.deb postfix
  dpkg -x exim4-daemon-light_*.deb exim
fi
ldconfig -p | grep -q libidn.so.12 ||
  root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 install -y --no-install-recommends libidn12
getent passwd Debian-exim >/dev/null ||
  root useradd --system --no-create-home --home-dir /var/spool/exim4 --shell /usr/sbin/nologin Debian-exim
root mkdir -p /etc/exim4 # where a test puts a folder of its own, in a mount namespace
