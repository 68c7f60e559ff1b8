# SPDX-License-Identifier: GPL-2.0-or-later
"""A command as a container engine runs it: in a root directory, with a few devices and capabilities, and with nothing else."""
from . import programs

# The devices that engines give to every container, and the one that doc/containers.md names.
DEVICES = {"null": (1, 3), "zero": (1, 5), "full": (1, 7), "random": (1, 8), "urandom": (1, 9), "tty": (5, 0), "net/tun": (10, 200)}
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# The root directory of run_entry: our programs, and the machine's own programs and libraries. $root is empty.
OURS = """
prefix=$1 entry=$2
shift 2
mount -t tmpfs -o mode=0755 root "$root"
cd "$root"
mkdir -p usr etc proc sys dev run tmp var mnt "$root$prefix"
for name in bin sbin lib lib32 lib64; do
  if [ -L "/$name" ]; then cp -a "/$name" "$name"; fi
done
cp /etc/passwd /etc/group /etc/ld.so.cache etc
mount --bind -o ro /usr usr
mount --bind -o ro "$prefix" "$root$prefix"
cp "$entry" entry
"""
IMAGE = """
mount --bind "$root" "$root"
mount -t tmpfs -o mode=0755 dev "$root/dev"
"""
ENTER = """
cd "$root"
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mkdir dev/net dev/shm
for device in $devices; do
  name=${device%%:*} numbers=${device#*:}
  mknod -m 666 "dev/$name" c "${numbers%:*}" "${numbers#*:}"
done
pivot_root . mnt
umount -l /mnt
cd /
exec "$@"
"""


def run_entry(host, *words, without=(), **environment):
    """Runs the entry of Containerfile's image as process 1, with our programs on the PATH. Returns its Process."""
    prefix = programs.prefix()
    root = "/run/lab/container"
    host.run("mkdir", "-p", root)
    return _start(host, root, OURS, (prefix, programs.REPOSITORY / "scripts/container/dial"), ("/entry", *words), without,
                  PATH=f"{prefix}/sbin:{PATH}", **environment)


def run_image(host, root, *words, **environment):
    """Runs a command as process 1 in the root directory of an image. Returns its Process."""
    return _start(host, root, IMAGE, (), words, (), PATH=PATH, **environment)


def _start(host, root, fill, fill_words, words, without, **environment):
    devices = " ".join(f"{name}:{major}:{minor}" for name, (major, minor) in DEVICES.items() if name not in without)
    kept = "".join(f",+{name}" for name in ("net_admin", "net_raw") if name not in without)
    return host.start(
        "unshare", "--mount", "--pid", "--fork", "--kill-child", "--propagation", "private", "--",
        "sh", "-c", f"set -eu\nroot=$1 devices=$2\nshift 2\n{fill}{ENTER}", "enter", root, devices, *fill_words,
        "setpriv", f"--bounding-set=-all{kept}", "--inh-caps=-all", "--no-new-privs", "--",
        "env", "-i", *(f"{name}={value}" for name, value in environment.items()), *words)
