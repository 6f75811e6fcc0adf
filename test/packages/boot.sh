#!/bin/sh
# Becomes the first process of a machine whose disk is this machine's, or the one
# in a folder, written to in memory only. It is run in new namespaces:
#   boot.sh FOLDER-OF-PACKAGES [DISK]
set -e
mount --make-rprivate /
mount -t tmpfs tmpfs /mnt
mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay overlay -o lowerdir="${2:-/}",upperdir=/mnt/upper,workdir=/mnt/work /mnt/root
cd /mnt/root
mount --bind "$1" mnt
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t tmpfs tmpfs sys/fs/cgroup -o mode=755
if [ -d /sys/fs/cgroup/systemd ]; then
	mkdir sys/fs/cgroup/systemd
	mount -t cgroup -o none,name=systemd cgroup sys/fs/cgroup/systemd
else
	mount -t cgroup2 cgroup2 sys/fs/cgroup
fi
mount -t tmpfs tmpfs run -o mode=755
mount -t tmpfs tmpfs tmp -o mode=1777
mount -t tmpfs tmpfs dev -o mode=755
mkdir dev/shm dev/pts dev/mqueue
mount -t devpts devpts dev/pts -o newinstance,ptmxmode=0666
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
for device in null zero full random urandom tty; do
	touch dev/$device
	mount --bind /dev/$device dev/$device
done
# What this machine has been told to start is none of the test's.
rm -rf etc/systemd/system/*.wants etc/aufruf var/lib/aufruf var/lib/aufruf-display
# The index of manual pages takes a minute after each package, and is none of ours.
rm -f var/lib/man-db/auto-update
ip link set lo up
pivot_root . srv
cd /
umount -l /srv
exec env -i container=aufruf PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --unit=basic.target --log-target=journal
