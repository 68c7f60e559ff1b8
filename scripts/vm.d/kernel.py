# SPDX-License-Identifier: GPL-2.0-or-later
"""Unpacks Debian's kernel package into a cache without installing it, and makes an initramfs."""
import fcntl
import glob
import lzma
import os
import shutil
import struct
import subprocess
import tempfile
from dataclasses import dataclass

META_PACKAGE = "linux-image-amd64"
BUSYBOX = "/bin/busybox"
INITRAMFS_MODULES = ("virtio_pci", "virtio_console", "9pnet_virtio", "9p", "overlay")

os.environ["PATH"] += ":/usr/sbin:/sbin"


class Unavailable(Exception):
    """The machine needs something that is missing. The text says what, and how to get it."""


@dataclass(frozen=True)
class Kernel:
    release: str  # as `uname -r` prints it in the guest
    image: str
    modules: str  # the guest's /lib/modules


def require_tools(*names):
    missing = [name for name in names if not shutil.which(name)]
    if missing:
        raise Unavailable(f"not installed: {', '.join(missing)}; run scripts/install-deps vm")


def prepare(say):
    """Returns the kernel in the cache, and fetches it if necessary. Delete the cache for a newer one."""
    cache = os.path.realpath(os.environ.get("CALLGATE_VM_CACHE") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "callgate", "vm"))
    os.makedirs(cache, exist_ok=True)
    with open(os.path.join(cache, "lock"), "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # if two start at once, only one fetches it
        ready = sorted(glob.glob(os.path.join(cache, "linux-image-*")), key=os.path.getmtime)
        tree = ready[-1] if ready else _fetch(cache, say)
    release, = os.listdir(os.path.join(tree, "lib/modules"))
    return Kernel(release, os.path.join(tree, "image"), os.path.join(tree, "lib/modules"))


def _fetch(cache, say):
    """Downloads and unpacks the package. Its directory gets the final name when it is complete."""
    require_tools("apt-get", "dpkg-deb", "depmod")
    package = _package_name()
    say(f"fetching {package} (70 MB, once)")
    work = tempfile.mkdtemp(prefix="fetching-", dir=cache)
    try:
        _run("apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download", package, cwd=work)
        archive, = glob.glob(os.path.join(work, "*.deb"))
        tree = os.path.join(work, "tree")
        _run("dpkg-deb", "-x", archive, tree)
        _have_modules_below_lib(tree)
        release, = os.listdir(os.path.join(tree, "lib/modules"))
        _run("depmod", "-b", tree, release)
        with open(os.path.join(tree, "boot", f"vmlinuz-{release}"), "rb") as compressed:
            image = uncompressed(compressed.read())
        with open(os.path.join(tree, "image"), "wb") as out:
            out.write(image)
        final = os.path.join(cache, os.path.basename(archive).removesuffix(".deb"))
        os.rename(tree, final)
        return final
    finally:
        shutil.rmtree(work)


def _have_modules_below_lib(tree):
    """Debian 13 packs them below usr/lib. depmod looks in lib or in usr/lib, whichever its release uses."""
    if os.path.isdir(os.path.join(tree, "lib/modules")):
        os.makedirs(os.path.join(tree, "usr/lib"), exist_ok=True)
        os.symlink("../../lib/modules", os.path.join(tree, "usr/lib/modules"))
    else:
        os.symlink("usr/lib", os.path.join(tree, "lib"))


def _package_name():
    """Returns the package on which the meta package depends: linux-image-6.1.0-NN-amd64."""
    listing = subprocess.run(["apt-cache", "depends", META_PACKAGE], text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout
    for line in listing.splitlines():
        if line.strip().startswith("Depends: linux-image-"):
            return line.split()[1]
    raise Unavailable(f"apt does not know {META_PACKAGE}; run apt-get update")


def uncompressed(bzimage):
    """Returns the ELF kernel of a bzImage (Documentation/arch/x86/boot.rst), or the bzImage itself.

    qemu can start the ELF file directly. An emulated processor needs seconds to decompress it.
    """
    setup_sectors = bzimage[0x1f1] or 4
    offset, length = struct.unpack_from("<II", bzimage, 0x248)
    start = (setup_sectors + 1) * 512 + offset
    try:
        elf = lzma.LZMADecompressor().decompress(bzimage[start:start + length])
    except lzma.LZMAError:
        return bzimage
    return elf if elf.startswith(b"\x7fELF") else bzimage


def build_initramfs(kernel, work, files):
    """Writes work/initramfs: busybox, the modules in loading order, and `files` {name: text}."""
    tree = os.path.join(work, "initramfs.d")
    os.makedirs(os.path.join(tree, "bin"))
    os.mkdir(os.path.join(tree, "modules"))
    shutil.copy(BUSYBOX, os.path.join(tree, "bin"))
    for number, module in enumerate(_modules_in_order(kernel)):
        numbered = f"{number:02}-{os.path.basename(module).removesuffix('.xz')}"
        with open(module, "rb") as packed, open(os.path.join(tree, "modules", numbered), "wb") as out:
            data = packed.read()
            out.write(lzma.decompress(data) if module.endswith(".xz") else data)
    for name, text in files.items():
        path = os.path.join(tree, name)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
        os.chmod(path, 0o755)
    names = [os.path.relpath(os.path.join(where, name), tree)
             for where, dirs, plain in os.walk(tree) for name in sorted(dirs + plain)]
    archive = os.path.join(work, "initramfs")
    with open(archive, "wb") as out:
        subprocess.run(["cpio", "-o", "-H", "newc", "-R", "0:0", "--quiet"], cwd=tree, stdout=out,
                       input="\n".join(names).encode(), check=True)
    return archive


def _modules_in_order(kernel):
    base = os.path.dirname(os.path.dirname(kernel.modules))
    paths = []
    for module in INITRAMFS_MODULES:
        shown = _run("modprobe", "-d", base, "-S", kernel.release, "--show-depends", module)
        paths += [line.split()[1] for line in shown.splitlines() if line.startswith("insmod ")]
    return list(dict.fromkeys(paths))


def _run(*command, cwd=None):
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Unavailable(f"{' '.join(command)} failed ({done.returncode}): {done.stderr.strip()}")
    return done.stdout
