#!/usr/bin/env bash
# Makes a bare Debian in a folder, as one has it after installing the smallest
# that boots, with nothing of this machine: debian.sh FOLDER
set -euo pipefail
folder=$1
[ ! -e "$folder/etc/debian_version" ] || exit 0
mkdir -p "$(dirname "$folder")"
rm -rf "$folder.new"
mmdebstrap --quiet --variant=minbase --include=systemd,systemd-sysv,dbus,iproute2,adduser bookworm "$folder.new"
mv "$folder.new" "$folder"
