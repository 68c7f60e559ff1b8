# SPDX-License-Identifier: GPL-2.0-or-later
"""The menus that list, add, change and delete tunnels."""
import os
import shlex
import shutil

from callgate_setup import (arguments, checks, command, dns, egress, foreign, old_command, peers, routes, service, tunnels,
                            words)
from callgate_setup.checks import Refused

from . import predefined, secrets, terminal
from .terminal import Left, ask, choose, explain, say, yes


class TunnelMenus:
    def __init__(self, files, program):
        self.files, self.program = files, program
        self._predefined = None

    # --- which tunnel --------------------------------------------------------------------------------------

    def chosen(self, question):
        """Asks which tunnel is meant."""
        known = self.files.known()
        if not known:
            raise Refused("there is no PPTP tunnel; pptp-command add makes one")
        return known[choose([tunnel.name for tunnel in known], question)]

    def given(self, name, question):
        """Returns the tunnel that has been named, or asks."""
        return self.chosen(question) if name is None else self.files.tunnel(name)

    def current(self, name, question):
        """As given(), but refuses a tunnel that cannot be changed before it is imported."""
        tunnel = self.given(name, question)
        if tunnel.is_old:
            raise Refused(f"{tunnel.name} is a tunnel of the old pptp-command: import it first, with pptp-command import")
        return tunnel

    def predefined(self):
        """Returns the servers and the name servers of /etc/pptp.d. What is wrong there is said once."""
        if self._predefined is None:
            *self._predefined, wrong = predefined.predefined(self.files.pptpdir)
            for error in wrong:
                explain(f"WARNING: {error}")
        return self._predefined

    # --- list -----------------------------------------------------------------------------------------------

    def show(self):
        say("Current Tunnels:")
        known = self.files.known()
        if not known:
            say("    None.")
            return
        rows = [(tunnel.name, tunnel.entry["server"], tunnel.entry["user"], "yes" if tunnel.entry["encrypt"] else "no",
                 notes(tunnel), " ".join(tunnel.entry["routes"]) or "-") for tunnel in known]
        command.print_table([("TUNNEL", "SERVER", "USER", "MPPE", "NOTE", "ROUTES"), *rows])
        if any(tunnel.is_old for tunnel in known):
            say("An old tunnel is one of the old pptp-command: import it, then it can be changed.")

    # --- add and delete ---------------------------------------------------------------------------------------

    def add(self, name=None):
        say("Add a NEW PPTP Tunnel.")
        if name is not None:
            self.unused(name)
        servers, _ = self.predefined()
        at = choose([server.name for server in servers] + ["Other"], "Which configuration would you like to use?:")
        if at < len(servers):
            found = servers[at]
            name, server, networks = self.unused(name or found.name), found.server, found.networks
        else:
            name = name or ask("Tunnel Name", self.unused)
            server = ask("Server IP", checks.server)
            networks = ask_networks()
        say("Local Name is your name on the server, as alice or CORP\\alice.")
        local = ask("Local Name", secrets.name)
        remote = ask("Remote Name", secrets.remote_name, "PPTP")
        password = None
        if not secrets.has(self.files.read(self.files.chap_secrets), local, remote):
            explain(f"There is no CHAP secret of {secrets.shown(local)} for {secrets.shown(remote)}, so the tunnel gets its own.")
            remote, password = name.encode(), secrets.new_password()
        encrypt = yes("Require encryption (MPPE with 128 bits)?", True)
        name_servers = ask("Name servers: auto (the server's), none, or addresses", checks.dns, dns.AUTO)
        say(f"Adding {name} - {server} - {secrets.shown(local)} - {secrets.shown(remote)}")
        wish = arguments.parse(["--create", name, "--server", server, "--username", os.fsdecode(local), "--dns", name_servers,
                                *(["--encrypt"] if encrypt else []), *route_options(networks)])
        self.write(wish, lambda: with_remote_name(self.files, name, remote, tunnels.create(
            self.files, wish, command.installed_pptp(self.program), password)))
        say(f"Added tunnel {name}")
        self.offer_boot(name)

    def unused(self, name):
        if os.path.lexists(self.files.peers(checks.tunnel(name))):
            raise Refused(f"there is a tunnel {name} already: change it, or choose another name")
        return name

    def delete(self, name=None):
        tunnel = self.given(name, "Delete which tunnel?:")
        typed = None
        if not tunnel.entry["written_by_pptpsetup"]:
            typed = terminal.line(f"pptp-command did not write the file of this tunnel. To delete it, type {tunnel.name} again: ")
            if typed != tunnel.name:
                raise Left
        elif name is None and not yes(f"Delete the tunnel {tunnel.name} and its password?", False):
            raise Left
        if tunnel.is_default:
            self.files.set_default(None)
        if typed:
            with self.files.locked():
                service.disable(self.files.root, tunnel.name)
                self.files.apply([self.files.peers_change(tunnel.name, None)])
        else:
            wish = arguments.parse(["--delete", tunnel.name])
            command.delete(wish, self.files)
        say(f"Removed tunnel {tunnel.name}")

    # --- change -------------------------------------------------------------------------------------------------

    def write(self, wish, make_changes):
        command.write(wish, self.files, lambda: self.files.with_comments(wish.tunnel, make_changes()))

    def edit(self, name, *options, password=None):
        wish = arguments.parse(["--edit", name, *options])
        self.write(wish, lambda: tunnels.edit(self.files, wish, password))
        say(f"Changed tunnel {name}")

    def change(self, name=None):
        name = self.current(name, "Change which tunnel?:").name
        terminal.menu(lambda: self.change_items(name), f"{name}, what?:")

    def change_items(self, name):
        """Each item shows the present value."""
        entry = self.files.tunnel(name).entry

        def option(question, to, check):
            return lambda: self.edit(name, f"--{to}", ask(question, check))

        def switch(question, to):
            return lambda: self.edit(name, f"--{to}" if yes(question, True) else f"--no-{to}")

        rows = (
            ("Server", entry["server"], option("Server", "server", checks.server)),
            ("Local Name", entry["user"], lambda: self.edit(name, *user_options(ask("Local Name", secrets.name)))),
            ("Password", "*****", lambda: self.edit(name, password=secrets.new_password("New password"))),
            ("Encryption", "required" if entry["encrypt"] else "not required",
             switch("Require encryption (MPPE with 128 bits)?", "encrypt")),
            ("MTU", "measured" if entry["mtu_auto"] else entry["mtu"] or "the default of pppd",
             option("MTU, auto to measure it, or 0 for the default of pppd", "mtu", mtu)),
            ("Reconnect", "yes" if entry["persist"] else "no",
             switch("Dial again without limit after the tunnel goes down?", "persist")),
            ("Phone number", entry["phone"] or "none", option("Phone number, or nothing", "phone", checks.phone)),
            ("PPP", entry["ppp"], option("Who speaks PPP: builtin, pppd or auto", "ppp", checks.ppp)),
            ("Name servers", shown_dns(entry), lambda: self.name_servers(name)),
            ("Routes", " ".join(entry["routes"]) or "none", lambda: self.routes(name)),
            ("Start at boot", "yes" if service.is_enabled(self.files.root, name) else "no", lambda: self.boot(name)))
        return [(f"{title:<{17 - len(str(number))}}{value}", action)
                for number, (title, value, action) in enumerate(rows, 1)] + [("Quit", None)]

    def routes(self, name=None):
        name = self.current(name, "Routes of which tunnel?:").name

        def items():
            found = self.files.tunnel(name).entry["routes"]
            everything = routes.DEFAULT in found
            return [
                ("List routes", lambda: say(*found or ["    None."])),
                ("Add routes", lambda: self.set_networks(name, found + ask_networks())),
                ("Delete a route", lambda: self.delete_route(name, found)), ("Quit", None),
                (f"Send {'no longer ' if everything else ''}everything through the tunnel",
                 lambda: self.edit(name, "--no-default-route" if everything else "--default-route"))]
        terminal.menu(items, f"{name}, routes?:")

    def delete_route(self, name, found):
        if not found:
            raise Refused(f"no network goes through {name}")
        at = choose([*found, "None"], "Delete which route?:")
        if at == len(found):
            raise Left
        self.set_networks(name, found[:at] + found[at + 1:])

    def set_networks(self, name, networks):
        networks = list(dict.fromkeys(networks))
        default = "--default-route" if routes.DEFAULT in networks else "--no-default-route"
        self.edit(name, *(route_options(networks) or ["--no-routes"]), *([] if default in route_options(networks) else [default]))

    def name_servers(self, name=None):
        tunnel = self.current(name, "Configure the name servers of which tunnel?:")
        _, known = self.predefined()
        offered = [(found.name, found.addresses) for found in known]
        if addresses := predefined.resolv_conf(self.files.read(self.files.old_resolv_conf)):
            offered.append(("resolv.conf.pptp", addresses))
        say(f"Name servers while {tunnel.name} is up: {shown_dns(tunnel.entry)}")
        at = choose(["From the server", "These servers", "None", "Quit", *(f"{title} ({found})" for title, found in offered)],
                    "?:")
        if at == 3:
            raise Left
        wanted = {0: dns.AUTO, 2: dns.NONE}.get(at) or (
            ask("Addresses, with commas between them", checks.dns) if at == 1 else offered[at - 4][1])
        self.edit(tunnel.name, "--dns", wanted)

    def default(self, name=None):
        known = self.files.known()
        present = self.files.default()
        if name is None:
            say(f"The current default is {present}" if present else "There is no default tunnel.")
            at = choose([tunnel.name for tunnel in known] + ["cancel", "none"], "Which tunnel do you want to be the default?:")
            if at == len(known):
                raise Left
            name = known[at].name if at < len(known) else None
        else:
            self.files.tunnel(name)
        self.files.set_default(name)
        say(f"The default is now {name}" if name else "There is no default tunnel now.")

    # --- boot -----------------------------------------------------------------------------------------------

    def boot(self, name=None):
        name = self.current(name, "Start which tunnel at boot?:").name
        if service.is_enabled(self.files.root, name):
            say(f"{name} starts at every boot.")
            if yes("Stop it, and do not start it at boot any more?", False):
                service.disable(self.files.root, name)
                say(f"{name} does not start at boot any more.")
        else:
            say(f"{name} does not start at boot.")
            self.enable(name, True)

    def offer_boot(self, name):
        if shutil.which("systemctl"):
            self.enable(name, False)

    def enable(self, name, default):
        if yes("Start it now and at every boot?" if self.files.root == "/" else "Start it at every boot?", default):
            service.enable(self.files.root, name)
            say(f"{name} starts at every boot.")

    # --- import ---------------------------------------------------------------------------------------------

    def take(self, path=None):
        """Imports the tunnels of a file: a peers file of the old pptp-command that is in its place, or any other file."""
        if path is None:
            known = [tunnel.name for tunnel in self.files.known() if tunnel.is_old]
            if not known:
                raise Refused(f"no peers file in {self.files.peers_directory} is of the old pptp-command")
            path = known[choose(known, "Import which tunnel?:")]
        if is_in_place := os.path.basename(path) == path and bool(self.files.old_text(path)):
            path = self.files.peers(path)
        for found in foreign.read_file(path, self.files.root):
            if not is_in_place or found.name != os.path.basename(path):
                self.unused(found.name)
            self.show_import(found)
            risk = ", with the lines that run programs as root" if found.runs_programs and found.text else ""
            if not yes(f"Import it{risk}?", not risk):
                raise Left
            (self.keep if found.text else self.make)(found)
            say(f"Imported tunnel {found.name}")

    def make(self, found):
        """Makes a tunnel with the settings of a file that is no peers file."""
        password = checks.password(found.secret) if found.secret else secrets.new_password()
        wish = arguments.parse(found.options)
        self.write(wish, lambda: tunnels.create(self.files, wish, command.installed_pptp(self.program), password))

    def keep(self, found):
        """Keeps a peers file with all of its lines, and adds what is missing."""
        name, file = found.name, peers.Peers(found.text)
        if not file.pty:
            pptp = shlex.quote(command.installed_pptp(self.program))
            file.set(b"pty", words.quoted(f"exec {pptp} {old_command.server(found.text)} --nolaunchpppd".encode()))
        if not file.is_ours:
            file = peers.Peers(peers.MARK + b"\n" + file.text)
        networks, _ = old_command.networks(old_command.route_lines(found.text))
        names = dns.parse(self.files.read(self.files.dns(name)))
        policy = egress.parse(self.files.read(self.files.egress(name)))
        with self.files.locked():
            self.files.apply(self.files.with_comments(name, tunnels.changes(
                self.files, name, file, networks, {}, names, policy, None)))
        remote = file.value(b"remotename") or b"*"
        if not secrets.has(self.files.read(self.files.chap_secrets), file.login, remote):
            explain(f"There is no CHAP secret of {secrets.shown(file.login) or 'this user'} for {secrets.shown(remote)}: add one before"
                    " you start the tunnel.")

    def show_import(self, found):
        say(f"Tunnel {found.name}, from a file of {found.source}:" if found.source != "peers file" else f"Tunnel {found.name}:")
        for field in found.fields:
            is_kept = found.text and field["field"] != "Route"
            title = {"runs a program": "RUNS AS ROOT", "not understood": "kept" if is_kept else "NOT UNDERSTOOD",
                     "not needed": "kept" if is_kept else "not needed"}.get(field["result"], "taken")
            explain(f"{title:<16}{checks.printable(field['field'])} {checks.printable(field['value'])}".rstrip())


def notes(tunnel):
    return " ".join(note for note, applies in (("default", tunnel.is_default), ("old", tunnel.is_old)) if applies) or "-"


def shown_dns(entry):
    return ", ".join(entry["dns"]) if isinstance(entry["dns"], list) else {
        dns.AUTO: "from the server", dns.NONE: "none"}[entry["dns"]]


def mtu(text):
    if text == checks.AUTO:
        return text
    if not (text.isascii() and text.isdigit()):
        raise Refused(f"{checks.shown(text)} is not a number")
    return str(checks.mtu(int(text)))


def user_options(login):
    """pptpsetup keeps the old domain unless another one is given, which may be empty."""
    domain, _, user = os.fsdecode(login).rpartition("\\")
    return "--domain", domain, "--username", user


def route_options(networks):
    found = [word for network in networks if network != routes.DEFAULT for word in ("--route", network)]
    return found + (["--default-route"] if routes.DEFAULT in networks else [])


def ask_networks():
    say("Which networks go through the tunnel? Give one a line: 10.0.0.0/8, or default")
    say("for everything, or the words of route(8) with TUNNEL_DEV and DEF_GW. An empty")
    say("line ends the list.")
    found = []
    while answer := terminal.line("route: "):
        if answer in terminal.LEAVE:
            raise Left
        try:
            network = old_command.network(answer)
            found += [network] if network else []
            if not network:
                say("This route is not needed: the call manager adds a route to the server.")
        except Refused as error:
            explain(terminal.sentence(error))
    return found


def with_remote_name(files, name, remote, changes):
    """Changes the name by which pppd finds the secret, if the tunnel uses one that was there before."""
    def renamed(data):
        file = peers.Peers(data)
        file.set(b"remotename", remote if remote == b"*" else words.written(remote))
        return file.text
    return [change._replace(data=renamed(change.data)) if change.path == files.peers(name) else change for change in changes]
