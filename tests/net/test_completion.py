# SPDX-License-Identifier: GPL-2.0-or-later
"""What bash, zsh and fish offer for a command line, asked of the shells themselves."""
import os
import shlex

import pytest

import users
from lab import local_client as lc
from lab import programs
from lab.lines import wait_until

PREFIX = os.path.dirname(os.path.dirname(programs.installed().pptpctl))
PATH = {"PATH": f"{PREFIX}/bin:{PREFIX}/sbin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/run/lab"}
BASH_FILE = f"{PREFIX}/share/bash-completion/completions/"
ZSH_DIRECTORY = f"{PREFIX}/share/zsh/site-functions"
FISH_DIRECTORY = f"{PREFIX}/share/fish/vendor_completions.d"


def run(net, *argv):
    done = net.client.run(*argv, env=PATH)
    assert done.stderr == ""
    return done.stdout.splitlines()


def bash(net, line):
    """As TAB makes bash call it: by what the file registers for the program."""
    program = os.path.basename(line.split()[0])
    return run(net, "bash", "--norc", "-c", f"""
        . {BASH_FILE}/{program}
        registered=$(complete -p {program}) && [[ $registered == *' -F _callgate {program}' ]] || exit 1
        COMP_LINE={shlex.quote(line)} COMP_POINT={len(line)} COMP_TYPE=9
        _callgate
        printf '%s\\n' "${{COMPREPLY[@]}}" """)


def zsh(net, line):
    """By the function that compinit finds for the program. Two functions of zsh that show words are replaced."""
    program = os.path.basename(line.split()[0])
    words = line.split() + ([""] if line.endswith(" ") else [])
    return run(net, "zsh", "-f", "-c", f"""
        fpath=({ZSH_DIRECTORY} $fpath)
        autoload -U compinit && compinit -u -D || exit 1
        [[ $_comps[{program}] == _callgate ]] || exit 2
        _describe() {{ for entry in "${{(@P)4}}"; do
            entry=${{${{entry//\\\\:/@}}%%:*}}
            if [[ $entry == {shlex.quote(words[-1])}* ]]; then print -r -- "$entry"; fi
        done }}
        _files() {{ print -r -- files "$@" }}
        service={program}
        words=({" ".join(map(shlex.quote, words))}) CURRENT={len(words)}
        autoload -U _callgate && _callgate""")


def fish(net, line):
    return [shown.split("\t")[0] for shown in run(net, "fish", "--no-config", "-c", f"""
        set fish_complete_path {FISH_DIRECTORY} $fish_complete_path
        complete -C {shlex.quote(line)}""")]


def call_ids(net):
    return {str(call["call_id"]) for connection in net.status()["connections"] for call in connection["calls"]}


SHELLS = pytest.mark.parametrize("offered", [bash, zsh, fish])


@SHELLS
@pytest.mark.parametrize("line, words", [
    ("pptpctl hang", {"hangup"}),
    ("pptpctl status --j", {"--json"}),
    ("pptpctl log-level d", {"debug"}),
    ("pptpctl diagnose --tun", {"--tunnel"}),
    ("pptpctl frobnicate ", set()),
    ("pptp vpn --nolaun", {"--nolaunchpppd"}),
    ("pptp vpn --phone 1 --mtu", {"--mtu-auto", "--mtu-hint"}),
    ("pptp ca", {"call"}),
    ("pptp vpn --ppp ", {"auto", "builtin", "pppd"}),
    ("pptpsetup --cre", {"--create"}),
    ("pptpsetup --list --js", {"--json"}),
    ("pptp-command st", {"start", "status", "stop"}),
    ("pptp-command list --j", {"--json"}),
    ("pptp-command secrets ", {"chap", "pap"})])
def test_words_that_the_programs_know(net, offered, line, words):
    assert set(offered(net, line)) - {""} == words


@SHELLS
def test_calls_and_servers_that_are_there_now(net, server, offered):
    net.dial("--logstring", "office")
    call = str(server.take_call().client_call_id)
    assert call in offered(net, "pptpctl hangup ")
    # A call ID is a random number, and can begin as the server's address does.
    begun = call[:2]
    assert set(offered(net, f"pptpctl hangup {begun}")) == {word for word in (call, server.address) if word.startswith(begun)}
    assert offered(net, "pptpctl hangup 10.9.") == [server.address]
    assert offered(net, "pptpctl capture ") == [call]


@SHELLS
def test_tunnels_of_pppd_s_files(net, offered):
    net.client.run("mount", "-t", "tmpfs", "tmpfs", "/etc/ppp/peers")
    for name in ("work", "home", "work~", "__default"):
        net.client.write_file(f"/etc/ppp/peers/{name}", "")
    assert set(offered(net, "pptpsetup --stop ")) == {"work", "home"}
    assert offered(net, "pptpctl diagnose --tunnel w") == ["work"]
    assert set(offered(net, "pptp call ")) == {"work", "home"}
    assert set(offered(net, "pptp-command start ")) == {"work", "home"}


@SHELLS
def test_what_others_named_is_offered_only_if_it_needs_no_quotes(net, server, offered):
    net.client.run("mount", "-t", "tmpfs", "tmpfs", "/etc/ppp/peers")
    for name in ("vpn$(touch x)", "a b", "a;b", "--all", "-x", "office"):
        net.client.write_file(f"/etc/ppp/peers/{name}", "")
    assert offered(net, "pptpsetup --stop ") == ["office"]
    net.dial()
    server.take_call()
    others = []
    for name in ("vpn$(touch /run/x)", "`id`", "a b", "--all"):
        others.append(lc.LocalClient(net.client, users.NOBODY, users.DIP))
        others[-1].send(lc.call_request(others[-1].network_namespace, server.address, name=name))
    wait_until(lambda: len(net.status()["connections"]) == 5)
    assert set(offered(net, "pptpctl hangup ")) == {server.address, "office"} | call_ids(net)


@SHELLS
def test_files(net, offered):
    net.client.write_file("/run/lab/pptp.log", "")
    shown = offered(net, "pptpctl diagnose --log /run/lab/pptp.l")
    assert shown == (["files"] if offered is zsh else ["/run/lab/pptp.log"])


def test_no_name_that_tab_inserts_is_run_by_bash(net):
    """A terminal's bash gets the keys TAB and RETURN. The name of the file, or of the tunnel, is a command."""
    net.client.run("mount", "-t", "tmpfs", "tmpfs", "/etc/ppp/peers")
    for place in "/run/lab", "/etc/ppp/peers":
        net.client.write_file(f"{place}/evil$(touch pwned);touch pwned", "")
    master, slave = os.openpty()
    shell = net.client.start("bash", "--norc", "--noprofile", "-i", stdin=slave, env={**PATH, "TERM": "dumb"},
                             cwd="/run/lab")
    keys = (f". {BASH_FILE}/pptpctl\n", "touch alive\n", "pptpctl diagnose --log /run/lab/evil\t\n",
            "pptpctl diagnose --tunnel evil\t\n", "exit\n")
    os.write(master, "".join(keys).encode())
    shell.wait_exit()
    os.close(master)
    os.close(slave)
    assert r"evil\$\(touch\ pwned\)" in shell.stderr.text  # where readline shows what it inserts
    assert "0 lines" in shell.stdout.text  # pptpctl has read that file
    files = os.listdir(net.client.path("/run/lab"))
    assert "alive" in files and "pwned" not in files


def test_an_ipv6_address_is_one_word_in_bash(net):
    """Readline takes a colon for the beginning of a word: what stands before it is not offered again."""
    net.client.ip("-6", "route", "add", "2001:db8::/32", "dev", "eth0")
    # Nobody answers there. Without a neighbour, the kernel would give the connection up after 3 s.
    net.client.ip("-6", "neighbour", "add", "2001:db8::1", "lladdr", "02:00:00:00:00:01", "dev", "eth0", "nud", "permanent")
    net.dial("--connect-timeout", "120", server="2001:db8::1")
    wait_until(lambda: net.status()["connections"])
    assert bash(net, "pptpctl hangup 2001:d") == ["db8::1"]
