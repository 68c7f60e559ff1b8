# SPDX-License-Identifier: GPL-2.0-or-later
"""The changes to the files if a tunnel is created, edited or deleted; and the list of tunnels.

The order matters if pptpsetup is interrupted: a tunnel exists if its peers file exists, so that file is
written last and removed first.
"""
import os
import socket

from . import chap_secrets, checks, dns, egress, link, old_command, pap, peers, routes
from .checks import Refused


def create(store, wish, pptp, password):
    """Sets every option to the given value or to its default. Lines that pptpsetup did not write stay; those of the old
    pptp-command become comments. If the password is None, the tunnel uses a secret that exists already."""
    login = checks.login(wish.username, wish.domain or "")
    old = store.read(store.peers(wish.tunnel))
    file = peers.template(pptp, wish.tunnel, wish.server, login)
    if old is not None and old_command.is_old(old):
        file = peers.Peers(old_command.as_comments(old) + file.text)
    elif old is not None:
        file = peers.Peers(old)
        if not file.is_ours:
            raise Refused(f"{store.peers(wish.tunnel)} was not written by pptpsetup: change it with"
                          f" --edit {wish.tunnel}, or move it away")
        file.set(b"name", peers.words.written(login))
        file.set(b"remotename", peers.words.written(wish.tunnel.encode()))  # by which pppd finds the secret
    file.call(wish.server, wish.phone or "", wish.ppp or "auto")
    file.echo = peers.ECHO if wish.echo is None else wish.echo
    file.encrypt, file.mtu, file.persist = bool(wish.encrypt or wish.mppe), wish.mtu or 0, bool(wish.persist)
    link.apply(file, wish)
    file.ifname = wanted_interface(store, wish, file.ifname) if wish.interface else ""
    networks, names = wanted_routes(wish, []), wanted_dns(wish, dns.parse(None), file)
    policy = egress.wanted(wish, {}, egress.of_others(store, wish.tunnel))
    secrets = None
    if password is not None:
        secrets = chap_secrets.with_secret(store.read(store.chap_secrets) or b"", wish.tunnel, login, password)
    return [*pap.changes(store, wish, login, password),
            *changes(store, wish.tunnel, file, networks, wish.route_note or {}, names, policy, secrets)]


def edit(store, wish, password):
    """Changes only the options that are given; password may be None."""
    old = store.read(store.peers(wish.tunnel))
    if old is None:
        raise Refused(f"there is no tunnel {wish.tunnel}: no file {store.peers(wish.tunnel)}")
    file = peers.Peers(old)
    login = edited_login(file, wish)
    secrets = edited_secrets(store.read(store.chap_secrets) or b"", wish.tunnel, file, login, password)
    if login != file.login:
        file.set(file.login_option, peers.words.written(login))
    file.call(wish.server, wish.phone, wish.ppp)
    for option in "echo", "encrypt", "mtu", "persist":
        if getattr(wish, option) is not None:
            setattr(file, option, getattr(wish, option))
    link.apply(file, wish)
    file.ifname = wanted_interface(store, wish, file.ifname)
    policy = egress.wanted(wish, egress.parse(store.read(store.egress(wish.tunnel))), egress.of_others(store, wish.tunnel))
    old_routes = store.read(store.routes(wish.tunnel))
    networks = wanted_routes(wish, routes.parse(old_routes))
    notes = {network: note for network, note in routes.notes(old_routes).items() if network in networks} | (wish.route_note or {})
    names = wanted_dns(wish, dns.parse(store.read(store.dns(wish.tunnel))), file)
    return [*pap.changes(store, wish, login, password),
            *changes(store, wish.tunnel, file, networks, notes, names, policy, secrets)]


def edited_login(file, wish):
    if wish.username is None and wish.domain is None:
        return file.login
    domain, _, user = os.fsdecode(file.login).rpartition("\\")
    return checks.login(user if wish.username is None else wish.username,
                        domain if wish.domain is None else wish.domain)


def edited_secrets(data, tunnel, file, login, password):
    """Returns the new secrets: the secret follows the login. Returns None if pptpsetup did not write the secret
    and no password is given, because a tunnel that was made by hand has its secret elsewhere."""
    own = chap_secrets.own_secret(data, tunnel)
    if own is None and password is None:
        if login != file.login:
            raise Refused(f"pptpsetup has no secret for {tunnel}: a new user also needs a password")
        return None
    if own is None and file.value(b"remotename") != tunnel.encode():
        raise Refused(f"the peers file has no line \"remotename {tunnel}\", so pppd would not look for a secret with"
                      " that name")
    if own is not None and login == file.login:
        login = own[0]
    return chap_secrets.with_secret(data, tunnel, login, own[1] if password is None else password)


def wanted_routes(wish, old):
    """--route replaces all networks, and --no-routes removes them; --default-route is independent of them."""
    networks = [network for network in old if network != routes.DEFAULT]
    if wish.no_routes:
        networks = []
    if wish.route:
        networks = checks.routes(wish.route)
    default = routes.DEFAULT in old if wish.default_route is None else wish.default_route
    return ([routes.DEFAULT] if default else []) + networks


def wanted_dns(wish, old, file):
    """Returns the name servers that are given by their addresses, and the domains. Without --dns, a line usepeerdns that
    somebody has added stays."""
    servers = old.servers
    if wish.dns is not None:
        file.usepeerdns = wish.dns == dns.AUTO
        servers = [] if wish.dns in (dns.AUTO, dns.NONE) else wish.dns.split(",")
    domains = old.domains if wish.search is None else wish.search
    is_only = old.is_only if wish.search_only is None else wish.search_only
    if (wish.search or wish.search_only) and not (servers or file.usepeerdns):
        raise Refused("the tunnel has no name servers that could look these names up: add --dns auto, or --dns with their addresses",
                      "search")
    if wish.search_only and not domains:
        raise Refused("--search-only needs a domain: add --search", "search-only")
    return dns.Names(servers, domains, is_only and bool(domains))


def wanted_interface(store, wish, old):
    """Refuses a name that another tunnel has in its peers file, or another interface of this host."""
    if wish.interface is None or wish.interface in (old, egress.NONE):
        return "" if wish.interface == egress.NONE else old
    for name in store.tunnels():
        if name != wish.tunnel and interface_of(store, name) == wish.interface:
            raise Refused(f"the tunnel {name} has the interface {wish.interface} already: choose another name")
    if store.root == "/" and wish.interface in (name for _, name in socket.if_nameindex()):
        raise Refused(f"this host has an interface {wish.interface} already: choose another name, or end what has it")
    return wish.interface


def interface_of(store, tunnel):
    try:
        return peers.Peers(store.read(store.peers(tunnel)) or b"").ifname
    except Refused:
        return ""  # for example a directory


def changes(store, tunnel, file, networks, notes, names, policy, secrets):
    if not policy:
        for server in file.server or "", *link.more_servers(file):
            checks.no_loop(server, networks, not file.has_pptp_word("--nohostroute"))
    if (networks or names.servers or names.domains or policy) and file.value(b"ipparam") != tunnel.encode():
        file.set(b"ipparam", peers.words.written(tunnel.encode()))  # by which ip-up knows routes and name servers
    if unknown := [network for network, note in notes.items() if note and network not in networks]:
        raise Refused(f"the note about {unknown[0]} is of no use, because {unknown[0]} does not go through the tunnel", "route-note")
    old_routes, notes = store.read(store.routes(tunnel)), {network: note for network, note in notes.items() if note}
    found = [store.secrets_change(secrets)] if secrets is not None else []
    if (networks, notes) != (routes.parse(old_routes), routes.notes(old_routes)):
        found.append(store.routes_change(tunnel, routes.text(tunnel, networks, notes)))
    if names != dns.parse(store.read(store.dns(tunnel))):
        found.append(store.dns_change(tunnel, dns.text(tunnel, names)))
    if policy != egress.parse(store.read(store.egress(tunnel))):
        found.append(store.egress_change(tunnel, egress.text(tunnel, policy)))
    return [*found, store.peers_change(tunnel, file.text)]


def delete(store, tunnel):
    """Returns no changes if nothing of the tunnel exists."""
    old, secrets = store.read(store.peers(tunnel)), store.read(store.chap_secrets)
    if old is not None and not peers.Peers(old).is_ours:
        raise Refused(f"{store.peers(tunnel)} was not written by pptpsetup: remove it yourself")
    found = [store.peers_change(tunnel, None)] if old is not None else []
    left = chap_secrets.without(secrets or b"", tunnel)
    if left != (secrets or b""):
        found.append(store.secrets_change(left))
    found += pap.removal(store, tunnel)
    if store.read(store.routes(tunnel)) is not None:
        found.append(store.routes_change(tunnel, None))
    if store.read(store.dns(tunnel)) is not None:
        found.append(store.dns_change(tunnel, None))
    if store.read(store.egress(tunnel)) is not None:
        found.append(store.egress_change(tunnel, None))
    return found


def shown(store, tunnel):
    """Returns what --show prints: what --list has, and all other settings."""
    found = described(store, tunnel)
    if found is None:
        exists = store.read(store.peers(tunnel)) is not None
        raise Refused(f"the peers file {store.peers(tunnel)} does not run pptp" if exists else
                      f"there is no tunnel {tunnel}: no file {store.peers(tunnel)}")
    found["pap"] = pap.is_allowed(store, tunnel)
    found.update(link.described(peers.Peers(store.read(store.peers(tunnel)))))
    domain, _, username = found["user"].rpartition("\\")
    return {**found, "domain": domain, "username": username, "password_saved": password_saved(store, tunnel),
            "options": link.as_options(found)}


def password_saved(store, tunnel):
    """Returns whether pptpsetup has written a secret for the tunnel, or None if we may not look."""
    try:
        return chap_secrets.own_secret(store.read(store.chap_secrets) or b"", tunnel) is not None
    except Refused:
        return None


def described(store, tunnel):
    """Returns what --list shows of the tunnel, or None if its peers file does not run pptp."""
    try:
        file = peers.Peers(store.read(store.peers(tunnel)) or b"")
    except Refused:
        return None  # for example a directory
    if not file.pty:
        return None
    networks, names = store.read(store.routes(tunnel)), dns.parse(store.read(store.dns(tunnel)))
    policy = egress.parse(store.read(store.egress(tunnel)))
    is_lan_to_lan = policy.pop(egress.LAN_TO_LAN, None) is not None
    return {"tunnel": tunnel, "server": file.server, "user": file.login.decode("utf-8", "backslashreplace"),
            "encrypt": file.encrypt, "phone": file.phone, "ppp": file.ppp, "mtu": file.mtu or None, "mtu_auto": file.mtu_auto,
            "persist": file.persist,
            "interface": file.ifname or None, "egress": policy, "lan_to_lan": is_lan_to_lan,
            "routes": routes.parse(networks), "route_notes": routes.notes(networks),
            "dns": names.servers or (dns.AUTO if file.usepeerdns else dns.NONE), "search": names.domains,
            "search_only": names.is_only,
            "written_by_pptpsetup": file.is_ours}
