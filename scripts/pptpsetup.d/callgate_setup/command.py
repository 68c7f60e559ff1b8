# SPDX-License-Identifier: GPL-2.0-or-later
"""The main program of pptpsetup: does what the command line asks for."""
import contextlib
import json
import os
import shlex
import shutil
import sys

from . import arguments, checks, foreign, passwords, rename, repair, service, states, tunnels
from .checks import Refused, printable
from .store import PPP, Store

PPTP = "/usr/sbin/pptp"
STATUS_REFUSED, STATUS_USAGE, STATUS_DOWN = 1, 2, 3
CHECKED = b"checked"  # stands for the password that --check does not need
FORWARDING = "/proc/sys/net/ipv4/ip_forward"
ROUTES_SCRIPT = "ip-up.d/callgate-routes"


def main(argv, programs="", is_expert=False):
    """`programs` is the directory of Callgate's own programs, such as pptp-egress. `is_expert`: as pptpsetup-expert."""
    os.umask(0o022)  # for directories; each file is created with its own mode
    try:
        wish = arguments.parse(argv[1:])
        wish.program, service.programs = argv[0], programs
        refuse_for_other_users(wish, is_expert)
        return ACTIONS[wish.action](wish, Store(os.path.abspath(wish.root)))
    except arguments.Usage as error:
        return fail(argv, STATUS_USAGE, f"{error}; see pptpsetup --help")
    except Refused as error:
        return fail(argv, STATUS_REFUSED, str(error), error.option)
    except OSError as error:
        return fail(argv, STATUS_REFUSED, checks.of_system(error))
    except KeyboardInterrupt:
        return STATUS_REFUSED


def fail(argv, status, sentence, option=None):
    """Says why, and returns the exit status. With --json, programs get the same on standard output."""
    if "--json" in argv:
        print(json.dumps({"error": {"option": option, "sentence": sentence}}))
    else:
        passwords.warn(sentence)
    return status


def refuse_for_other_users(wish, is_expert):
    """pkexec runs us for a user. They must not make us write into a tree of their own, which may have links to
    anywhere, nor read any file. Words that may run programs as root are for pptpsetup-expert, whose authorization
    is never kept: while that of pptpsetup is, any program of the user may run it."""
    if "PKEXEC_UID" in os.environ:
        for option, given in ("root", wish.root != "/"), ("password-file", wish.password_file is not None), \
                ("import", wish.action == "import"):
            if given:
                raise Refused(f"--{option} is not possible through pkexec", option)
    for option, given in ("pppd-line", wish.pppd_line), ("pptp-option", wish.pptp_option):
        if given and "PKEXEC_UID" in os.environ and not is_expert:
            raise Refused(f"--{option} may run programs as root: through pkexec, only pptpsetup-expert takes it", option)
    if is_expert and wish.action != "edit":
        raise Refused("pptpsetup-expert takes --edit only", wish.action)


def installed_pptp(program):
    """Returns the pptp beside this program, or the usual path if there is none."""
    beside = os.path.join(os.path.dirname(os.path.abspath(program)), "pptp")
    return beside if os.access(beside, os.X_OK) else PPTP


def show_help(_, __):
    print(arguments.parser().format_help(), end="")
    return 0


def create(wish, store):
    if wish.ignored:
        passwords.warn(f"ignored, because these words are neither options nor values: {' '.join(wish.ignored)}")
    password = CHECKED if wish.check else passwords.obtain(wish, must=True)
    return write(wish, store, lambda: tunnels.create(store, wish, installed_pptp(wish.program), password))


def edit(wish, store):
    if wish.rename:
        return rename_tunnel(wish, store)
    if wish.repair:
        return repair_tunnel(wish, store)
    password = passwords.obtain(wish, must=False) if not wish.check else CHECKED if wish.username else None
    return write(wish, store, lambda: tunnels.edit(store, wish, password))


def rename_tunnel(wish, store):
    """The service keeps its place in the boot, under its new name."""
    if store.root == "/" and (service.processes(wish.tunnel) or service.is_systemd_s(wish.tunnel)):
        raise Refused(f"{wish.tunnel} is running: end it first, with pptpsetup --stop {wish.tunnel}", "rename")
    status = write(wish, store, lambda: rename.changes(store, wish.tunnel, wish.rename))
    if service.is_enabled(store.root, wish.tunnel) and not (wish.check or wish.dry_run):
        service.disable(store.root, wish.tunnel)
        service.systemctl(store.root, "enable", service.unit(wish.rename))
    return status


def repair_tunnel(wish, store):
    """Shows what it changes, because no option says it."""
    found = repair.changes(store, wish.tunnel, wish.repair)
    if not found:
        passwords.warn(f"nothing of this is wrong with {wish.tunnel}: {', '.join(wish.repair)}")
    elif not (wish.check or wish.dry_run or wish.json):
        store.show(found, sys.stdout)
    return write(wish, store, lambda: repair.changes(store, wish.tunnel, wish.repair))


def write(wish, store, make_changes):
    if wish.check:
        store.without_secrets = True
        make_changes()
        return 0
    if wish.dry_run:
        store.show(make_changes(), sys.stdout)
        return 0
    with store.locked():
        store.apply(make_changes())
    hold_back(store)
    if os.path.exists(store.routes(wish.tunnel)) and not os.path.exists(os.path.join(store.root, PPP, ROUTES_SCRIPT)):
        passwords.warn(f"the routes will not be set, because /{PPP}/{ROUTES_SCRIPT} is not installed")
    if wish.lan_to_lan:
        warn_of_lan_to_lan(store)
    if wish.systemd:
        service.enable(store.root, wish.tunnel)
    if wish.systemd is False:
        service.disable(store.root, wish.tunnel)
    return start(wish, store) if wish.start else 0


def warn_of_lan_to_lan(store):
    """Whether this host forwards packets concerns more than the tunnel, so its administrator decides."""
    if store.root != "/":
        return
    if not shutil.which("nft"):
        passwords.warn("other machines cannot use the tunnel, because nft is not installed: install nftables")
    with contextlib.suppress(OSError), open(FORWARDING, encoding="ascii") as file:
        if file.read().strip() == "0":
            passwords.warn("other machines cannot use the tunnel yet, because this host does not forward packets: sysctl -w"
                           " net.ipv4.ip_forward=1, and a file in /etc/sysctl.d for the next boot")


def delete(wish, store):
    if wish.dry_run:
        store.show(tunnels.delete(store, wish.tunnel), sys.stdout)
        return 0
    with store.locked():
        changes = tunnels.delete(store, wish.tunnel)
        service.disable(store.root, wish.tunnel)
        store.apply(changes)
    hold_back(store)
    if not changes:
        passwords.warn(f"there is no tunnel {wish.tunnel}, so nothing was deleted")
    return 0


def hold_back(store):
    """Lets the kernel hold back what goes only through a tunnel, from now on, or not any more."""
    program = os.path.join(service.programs, "pptp-egress")
    if store.root == "/" and os.access(program, os.X_OK) and service.run(program, "sync"):
        raise Refused(f"{program} sync has failed: --only-through may not hold back what it should")


def start(wish, store):
    if store.read(store.peers(wish.tunnel)) is None:
        raise Refused(f"there is no tunnel {wish.tunnel}: no file {store.peers(wish.tunnel)}")
    found = service.status(wish.tunnel) if store.root == "/" else service.DOWN
    if found["state"] == "up":
        changed = "" if wish.action == "start" else ", with its old settings"
        print(f"{described(found)} already{changed}; to start it anew: pptpsetup --stop {wish.tunnel};"
              f" pptpsetup --start {wish.tunnel}")
        return 0
    failed = service.start(store.root, wish.tunnel, shutil.which("pptp") or installed_pptp(wish.program))
    if failed:
        return failed
    found = service.wait_up(wish.tunnel, os.path.exists(store.routes(wish.tunnel)))
    if found["state"] != "up":
        raise Refused(f"{wish.tunnel} has come up, but {service.what_is_missing(found)}; see the log")
    print(described(found))
    return 0


def stop(wish, _):
    if not service.stop(wish.tunnel):
        passwords.warn(f"{wish.tunnel} was not running")
    return 0


def status(wish, _):
    found = service.status(wish.tunnel)
    print(json.dumps(found) if wish.json else described(found))
    return 0 if found["state"] == "up" else STATUS_DOWN


def described(found):
    details = [f"{found['program']} {found['pid']}", found["interface"], found["address"], found["peer"] and f"to {found['peer']}"]
    shown = ", ".join(str(detail) for detail in details if detail) if found["pid"] else ""
    return printable(f"{found['tunnel']}: {found['state']}{': ' if shown else ''}{shown}")


def show_list(wish, store):
    found = [entry for entry in (tunnels.described(store, name) for name in store.tunnels()) if entry]
    if wish.state:
        known = states.states(store.root, [entry["tunnel"] for entry in found])
        found = [{**entry, **known[entry["tunnel"]]} for entry in found]
    if wish.json:
        print(json.dumps(found, indent=2))
    elif found and wish.state:
        print_table([("TUNNEL", "STATE", "SINCE", "INTERFACE", "ADDRESS", "BOOT", "FAILURE")] + [
            (entry["tunnel"], entry["state"], entry["since"] or "-", entry["running_interface"] or "-", entry["address"] or "-",
             "yes" if entry["enabled"] else "no", entry["failure"] or "-") for entry in found])
    elif found:
        print_table([("TUNNEL", "SERVER", "USER", "MPPE", "MTU", "ROUTES")] + [
            (entry["tunnel"], entry["server"], entry["user"], "yes" if entry["encrypt"] else "no",
             checks.AUTO if entry["mtu_auto"] else str(entry["mtu"] or "-"), " ".join(entry["routes"]) or "-") for entry in found])
    return 0


def show_tunnel(wish, store):
    found = tunnels.shown(store, wish.tunnel)
    print(json.dumps(found, indent=2) if wish.json else printable(shlex.join(["pptpsetup", *found["options"]])))
    return 0


def import_file(wish, store):
    """Shows what --create would be given, and writes nothing."""
    found = foreign.read_file(getattr(wish, "import"), store.root)
    if wish.json:
        print(json.dumps([tunnel.described() for tunnel in found], indent=2))
        return 0
    for tunnel in found:
        if wish.dry_run:
            print_table(tunnel.table)
        print(tunnel.command_line)
        for text, lines in (("not understood", tunnel.not_understood), ("runs a program as root", tunnel.runs_programs)):
            for line in lines:
                passwords.warn(f"{tunnel.name}: {text}: {line}")
    return 0


def print_table(rows):
    """The words may come from files and units, so nothing of them reaches the terminal unescaped."""
    rows = [tuple(map(printable, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


ACTIONS = {"create": create, "edit": edit, "delete": delete, "list": show_list, "show": show_tunnel, "import": import_file, "start": start, "stop": stop,
           "status": status, "help": show_help}
