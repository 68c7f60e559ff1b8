# SPDX-License-Identifier: GPL-2.0-or-later
"""Where each command of the documentation is run, or why it is not: the first case whose pattern is the
whole command has it. A command that no case has fails the tests; so does a case that has no command.

An example that is new mostly is had by a case already. Else add one: in its simplest form that is
the command as a regular expression and NET.
"""
import re
from dataclasses import dataclass

NET = "net"  # in a network namespace, with Debian's pptpd and a call that is up; in the machine, too
VM = "vm"  # where the kernel has PPP
SYSTEMD = "systemd"  # where process 1 is systemd
NOT = "not"  # for the reason that the case gives

PASSWORD = b"wonderland\n"  # alice's
INSTALLED = "/\\S*/libexec/callgate"
UP = r"local  IP address"  # of pppd: the tunnel is up
END_MANAGER = "pkill -x pptpcm; while pgrep -r D,R,S -x pptpcm; do sleep 0.1; done"
END_PPPD = "kill $(pidof pppd)"
TABLES = ("nft -f - <<'E'\ntable inet filter { chain input { type filter hook input priority 0; }\n"
          "chain output { type filter hook output priority 0; }\n"
          "chain forward { type filter hook forward priority 0; }; }\n"
          "table ip filter { chain prerouting { type filter hook prerouting priority 0; }; }\nE")
TUNNEL = ("pptpsetup --list | grep -q work || echo secret |"
          " pptpsetup --create work --server vpn.example.net --username alice --encrypt")
DEVICE = "ip link add ppp0 type veth peer name other 2>/dev/null; ip link set ppp0 up; ip link set other up"
SCRIPT = f"{DEVICE}; set -- ppp0 x x 10.65.0.9; ip addr add $4 dev $1 2>/dev/null"
NO_ROUTE = "ip route del 10.9.0.2 2>/dev/null"


@dataclass(frozen=True)
class Case:
    pattern: str
    where: str
    why: str = ""  # with NOT
    status: tuple = (0,)
    stdin: bytes = b""
    before: str = ""  # for the shell
    until: str = ""  # what is in its output, or in the log, when it has done its work
    end: str = ""  # what ends a command then that does not end by itself

    def __post_init__(self):
        assert (self.where == NOT) == bool(self.why), self


def case(pattern, where, **more):
    return Case(pattern, where, **more)


def no(pattern, why):
    return Case(pattern, NOT, why)


CASES = (
    # --- the tree itself
    no("scripts/(demo|test)", "they run the tests, in a machine of their own"),
    no("scripts/package", "the layer `package` runs it"),
    no("scripts/install-deps build && meson .*", "every build of scripts/test takes these steps"),
    no("scripts/(bench/.*|vm --results DIR -- scripts/bench/.*)", "they measure, for minutes"),

    # --- our programs
    case("pptpctl( status)?", NET),
    case("pptpctl status --json \\| jq .*", NET),
    case("pptpctl dump \\| awk .*", NET),
    case("pptpctl stats office --interval 2", NET),
    case("pptpctl hangup (4711|CALL|vpn.example.net|--all)", NET),
    case("pptpctl capture 4711 .*", NET, until="keep it to yourself", end="pkill -x pptpctl"),
    case("pptpctl log-level debug 4711", NET),
    case("pptpctl diagnose (vpn.example.net|SERVER)", NET, status=(0, 1)),  # 1: no PPP in this kernel
    case("pptpctl diagnose --tunnel work", NET, status=(0, 1), before=TUNNEL),
    case("pptpctl diagnose --log /var/log/syslog", NET),
    case("pptpctl diagnose --journal", SYSTEMD, status=(0, 1, 2)),  # whatever has been there
    case("pptpctl diagnose --log tunnel.log( --redact --report .*)?", NET,
         before="test -s tunnel.log || cp /run/lab/syslog tunnel.log"),
    case("pptpctl diagnose --explain (RULE|S20)", NET),
    case("pptp --version", NET),
    case("pptp vpn.example.net --mtu-hint noauth dryrun", VM),
    case("pptp vpn.example.net --debug .*", VM, until=UP, end=END_PPPD,  # the secret is the page's, too
         before="echo 'user PPTP \"password\" *' >>/etc/ppp/chap-secrets"),
    case("pptpsetup --create (work|TUNNEL) --server .*", NET, stdin=PASSWORD),
    case("pptpsetup --edit work .* --systemd", SYSTEMD),
    case("printf .* \\| pptpsetup --edit work --password-stdin", NET),
    case("pptpsetup --edit work .*", NET, before=TUNNEL),
    case("pptpsetup --(start|status) work", VM),
    case("pptpsetup --(stop|delete) work", NET),
    case(f"{INSTALLED}/pptp-callmgr --foreground( --loglevel 2| &)", NET, until="listens on",
         before=END_MANAGER, end="pkill -x pptpcm"),
    case(f"{INSTALLED}/pptp-callmgr --take-over", NET, before="pptpctl status --json | grep -q 4711",
         until="took over .* 1 clients", end="pkill -x pptpcm"),
    case("export PPTP_CALLMGR_SOCKET=.*", NET),
    case("pkill -USR1 -x pptpgw|kill -USR1 (PID-OF-PPTP-GRE|\\$\\(pidof pptp(-gre|gw)\\))", NET,
         until="rx accepted"),
    case(f"setcap cap_net_raw\\+p {INSTALLED}/pptp-gre", NET),
    case(f"getcap {INSTALLED}/pptp-gre", NET),

    # --- pppd
    case("pppd --version", NET),
    case("pppd call TUNNEL dryrun", VM),
    case("(pon|pppd call) TUNNEL debug dump logfd 2 nodetach( 2>&1 \\| tee tunnel.log)?", VM,
         until=UP, end=END_PPPD),
    case("pppd pty 'pptp SERVER --nolaunchpppd' call TUNNEL .*", VM, until=UP, end=END_PPPD),
    case("pon work", VM, until=UP),
    case("kill -9 \\$\\(pidof pppd\\)", NET,
         before="cp $(command -v sleep) pppd; ./pppd 60 & until pidof pppd; do sleep 0.05; done"),
    no("pppd file /etc/ppp/(pptpd-options|options.pptpd) dryrun|echo \\$\\?", "on the server, whose file it is"),
    no("strace .* pptpd --fg", "on the server"),
    no("sudo .*|ssh -X .*|rpm .*|modprobe -r mppe ppp_mppe", "for machines of long ago"),

    # --- units and the log
    case("systemctl enable --now (pptp@work|pptp-callmgr.socket)", SYSTEMD),
    case("systemctl (status|disable --now) pptp@work|systemctl restart pptp-callmgr.service", SYSTEMD,
         before="systemctl start pptp@work"),
    case("systemctl enable --now pptp-metrics.timer", SYSTEMD),
    case("journalctl .*", SYSTEMD),
    no("systemctl edit .*", "it opens an editor"),
    no("systemctl restart pptpd", "on the server"),
    no("apt install .*", "the tests install nothing"),

    # --- the kernel
    case("modprobe (-a )?(ppp|ip_gre).*", VM),
    case("modprobe nf_nat_pptp", VM),
    case("modinfo .*|lsmod .*|ls /lib/modules|find /lib/modules.*|dmesg .*", VM, status=(0, 1)),
    no("depmod -a", "it writes among the machine's modules"),
    case("mknod /dev/ppp c 108 0", NET, before="cp -a /dev/ppp . 2>/dev/null; rm -f /dev/ppp"),
    case("cat /proc/sys/crypto/fips_enabled", NET, status=(0, 1)),
    case("uname -r|cat /etc/resolv.conf|strings .*", NET),

    # --- routes
    case("ip route get SERVER|ip neigh show SERVER|ip route show proto 47", NET),
    case("ip route add SERVER via GATEWAY dev eth0", NET, before=NO_ROUTE),
    case("ip route del SERVER", NET, before=f"{NO_ROUTE}; ip route add 10.9.0.2 dev eth0"),
    case("ip rule add fwmark 1 lookup 100|ip route add default via GATEWAY dev eth0 table 100", NET),
    case("ip addr (del|add) \\$4 .*dev \\$1", NET, before=SCRIPT),
    case("ip (-s )?link (set|show) (ppp0|dev INTERFACE).*|ip route add 192.168.10.0/24 dev ppp0", NET, before=DEVICE),
    case("ping -c 3 REMOTE-IP-ADDRESS|getent ahosts(v4)? SERVER|ss .*", NET),
    case("(nc|traceroute|tracepath|mtr) .*", NET),
    case("tcpdump .*", NET, until="listening on", end="pkill tcpdump"),

    # --- packet filters
    case("nft (-a )?list ruleset|iptables .*", NET),
    case("nft (add|insert) .*", NET, before=TABLES),
    no("docker run --cap-add .*|firewall-cmd .*", "programs that the tests do not have"),

    # --- files
    case("ls /etc/ppp/peers", NET),
    case("grep .*", NET, status=(0, 1, 2)),
    case("od -c FILE \\| grep .*|tr --delete .*", NET, before="printf 'name x\\r\\n' >/run/lab/file"),
)


def find(text):
    """The case of a command, or None; what the shell takes for a comment does not count."""
    words = re.sub(r"\s+# .*$", "", text)
    return next((case for case in CASES if re.fullmatch(case.pattern, words)), None)
