// SPDX-License-Identifier: GPL-2.0-or-later
// What a tunnel without pppd does with pppd's words.
#include "common/pppd/engine_options.hh"

#include <cerrno>
#include <map>

#include "common/pppd/peers_file.hh"
#include "common/system/os_error.hh"
#include "tests/unit/catch.hh"
#include "tests/unit/contains.hh"

using namespace callgate;

namespace {

using Files = std::map<std::string, std::string>;

std::variant<EngineOptions, Reason> read(const std::string& text, const Files& files = {}) {
  OptionLoader load = [&](const std::string& path) {
    auto found = files.find(path);
    if (path == "/t") return OptionText{text, 0};
    return found == files.end() ? OptionText{"", ENOENT} : OptionText{found->second, 0};
  };
  OptionReader reader(load);
  reader.read_file(kPppdOptions, false);
  reader.read_file("/t");
  return engine_options(reader, "host");
}

EngineOptions options(const std::string& text, const Files& files = {}) {
  auto result = read(text, files);
  if (auto* reason = std::get_if<Reason>(&result)) {
    FAIL(text << ": " << reason->detail);
  }
  return std::get<EngineOptions>(result);
}

LinkOptions link(const std::string& text) {
  return options(text).tunnel.link;
}

std::string refusal(const std::string& text) {
  auto result = read(text);
  auto* reason = std::get_if<Reason>(&result);
  if (!reason) return "";
  CHECK(reason->cause == Cause::bad_option);
  return reason->detail;
}

}  // namespace

TEST_CASE("without words, the options are pppd's defaults") {
  auto plain = options("").tunnel;
  CHECK(plain.link.name == "host");
  CHECK_FALSE(plain.link.mppe_required);
  CHECK_FALSE((plain.link.mppe_40 || plain.link.mppe_56 || plain.link.mppe_128));
  CHECK(plain.link.mru == 1500);
  CHECK((plain.link.accept_local && plain.link.accept_remote && plain.link.ipv4));
  CHECK_FALSE((plain.link.ipv6 || plain.link.dns || plain.default_route || plain.persist));
  CHECK(plain.link.restart == 3);
  CHECK(plain.link.max_configure == 10);
  CHECK(plain.link.max_terminate == 2);
  CHECK(plain.link.max_failure == 5);
  CHECK(plain.link.echo_interval == 0);
  CHECK(plain.maxfail == 10);
  CHECK(plain.holdoff == 30);
  CHECK(plain.detach == TunnelOptions::Detach::at_once);
}

TEST_CASE("MPPE has the key lengths that the words ask for") {
  auto bits = [](const std::string& text) {
    auto l = link(text);
    return std::string(l.mppe_40 ? "40 " : "") + (l.mppe_56 ? "56 " : "") +
           (l.mppe_128 ? "128 " : "") + (l.mppe_required ? "required" : "") +
           (l.mppe_stateful ? " stateful" : "");
  };
  CHECK(bits("require-mppe") == "40 128 required");
  CHECK(bits("+mppe-128") == "128 required");
  CHECK(bits("require-mppe-40") == "40 required");
  CHECK(bits("require-mppe-128 require-mppe-40") == "40 128 required");
  CHECK(bits("require-mppe nomppe-40") == "128 required");
  CHECK(bits("require-mppe nomppe").empty());
  CHECK(bits("nomppe require-mppe-128") == "128 required");
  CHECK(bits("require-mppe-128 mppe-stateful") == "128 required stateful");
  CHECK(bits("require-mppe mppe-stateful nomppe-stateful") == "40 128 required");
  CHECK(bits("mppe required,stateless,no40,no56") == "128 required");
  CHECK(bits("mppe required,no128") == "40 56 required stateful");
  CHECK_THAT(refusal("require-mppe noccp"), contains("noccp"));
  CHECK_THAT(refusal("require-mppe-128 refuse-mschap-v2"), contains("refuse-mschap-v2"));
}

TEST_CASE("the name is that of user, of name, or of this host") {
  CHECK(link("name alice").name == "alice");
  CHECK(link("user bob name alice").name == "bob");
  CHECK(link("name alice user ''").name.empty());
  CHECK(link("name alice usehostname domain example.net").name == "host.example.net");
  CHECK(link("name corp\\\\alice").name == "corp\\alice");
  auto given = options("name alice remotename vpn password 'a b' chap-secrets /s").secrets;
  CHECK(given.client == "alice");
  CHECK(given.server == "vpn");
  CHECK(given.password == "a b");
  CHECK(given.chap == "/s");
  CHECK(given.pap == "/etc/ppp/pap-secrets");
}

TEST_CASE("PAP is possible unless it is refused, or MPPE is required") {
  CHECK(link("").pap);
  CHECK_FALSE(link("refuse-pap").pap);
  CHECK_FALSE(link("require-mppe-128").pap);
  CHECK(link("nomppe").pap);
}

TEST_CASE("numbers have pppd's forms, and their ranges") {
  CHECK(link("mtu 0x578").mtu == 1400);
  CHECK(link("mru 02570").mru == 1400);
  CHECK(link("mru 1400 default-mru").mru == 1500);
  CHECK(link("lcp-echo-interval 20 lcp-echo-failure 3").echo_interval == 20);
  CHECK(options("unit 7").tunnel.unit == 7);
  CHECK(options("defaultroute-metric -1").tunnel.default_route_metric == 0);
  CHECK(refusal("mtu 127") == "line 1 of /t: mtu takes a number from 128 to 16384");
  CHECK_THAT(refusal("mtu 16385"), contains("takes a number"));
  CHECK_THAT(refusal("holdoff -1"), contains("from 0 to 2147483647"));
  CHECK_THAT(refusal("lcp-restart 0"), contains("takes a number"));
  CHECK_THAT(refusal("maxfail many"), contains("takes a number"));
  CHECK(refusal("debug\nmtu") == "line 2 of /t: mtu needs a value");
}

TEST_CASE("each protocol has its own timers") {
  auto given = link(
      "lcp-restart 2 ipcp-restart 4 ipcp-max-configure 5 ipcp-max-terminate 6 ipcp-max-failure 7 "
      "ipv6cp-restart 8 ipv6cp-max-failure 9 pap-restart 11 pap-max-authreq 12");
  CHECK(given.restart == 2);
  CHECK(given.max_configure == 10);
  CHECK(given.ipcp_timers == LinkTimers{4, 5, 6, 7});
  CHECK(given.ipv6cp_timers == LinkTimers{8, 10, 2, 9});
  CHECK(given.pap_timers == LinkTimers{11, 12, 2, 5});
  CHECK_THAT(refusal("ipcp-restart 0"), contains("from 1 to 86400"));
}

TEST_CASE("name servers and WINS servers are asked for and written down as the words say") {
  CHECK_FALSE(link("usepeerdns").wins);
  CHECK(link("usepeerwins").wins);
  CHECK(options("usepeerdns").tunnel.resolv_conf);
  CHECK_FALSE(options("usepeerdns noresolvconf").tunnel.resolv_conf);
}

TEST_CASE("demand is persist, unless nopersist follows, and excludes what cannot wait") {
  auto waiting = options("demand idle 60").tunnel;
  CHECK((waiting.demand && waiting.persist));
  CHECK_FALSE(options("demand nopersist").tunnel.persist);
  CHECK_THAT(refusal("demand noip +ipv6"), contains("needs IPv4"));
  CHECK_THAT(refusal("demand defaultroute replacedefaultroute"), contains("exclude each other"));
}

TEST_CASE("addresses of the tunnel are taken as they are given") {
  auto given = link("10.0.0.2:10.0.0.1");
  CHECK(given.local == 0x0A000002);
  CHECK(given.remote == 0x0A000001);
  CHECK_FALSE((given.accept_local || given.accept_remote));
  CHECK(link("10.0.0.2: ipcp-accept-local").accept_local);
  CHECK(link("10.0.0.2:").accept_remote);
  CHECK(link(":10.0.0.1").local == 0);
  CHECK(link("0.0.0.0:").accept_local);
  CHECK_THAT(refusal("127.0.0.1:"), contains("cannot be the address"));
  CHECK_THAT(refusal(":224.0.0.1"), contains("cannot be the address"));
  CHECK_THAT(refusal("myhost:"), contains("is no IPv4 address"));
  CHECK(link("ipv6 ::1").local_interface == 1);
  CHECK(link("ipv6 ::a:b:c:d").local_interface == 0x000A000B000C000D);
  CHECK(link("ipv6 ::1").ipv6);
  CHECK_FALSE(link("+ipv6 noipv6").ipv6);
  CHECK_THAT(refusal("ipv6 fe80::1"), contains("interface identifier"));
  CHECK_THAT(refusal("ipv6 ::1,::2"), contains("the server chooses"));
  CHECK_THAT(refusal("noip"), contains("+ipv6"));
}

TEST_CASE("routes, names, and the process") {
  auto tunnel = options(
                    "defaultroute replacedefaultroute ifname vpn0 linkname a ipparam b idle 60 "
                    "persist maxfail 0 set A=1 set B=2 set A=3 unset B ip-up-script /u")
                    .tunnel;
  CHECK((tunnel.default_route && tunnel.replace_default_route && tunnel.persist));
  CHECK(tunnel.ifname == "vpn0");
  CHECK(tunnel.linkname == "a");
  CHECK(tunnel.ipparam == "b");
  CHECK(tunnel.idle == 60);
  CHECK(tunnel.maxfail == 0);
  CHECK(tunnel.environment == std::vector<std::pair<std::string, std::string>>{{"A", "3"}});
  CHECK(tunnel.ip_up == "/u");
  CHECK_FALSE(options("defaultroute nodefaultroute").tunnel.default_route);
  CHECK_THAT(refusal("nodefaultroute defaultroute"), contains("is disabled by nodefaultroute"));
  CHECK_THAT(refusal("ifname a/b"), contains("interface"));
  CHECK_THAT(refusal("linkname ../x"), contains("slash"));
  CHECK_THAT(refusal("set A"), contains("NAME=VALUE"));
  using Detach = TunnelOptions::Detach;
  CHECK(options("nodetach").tunnel.detach == Detach::never);
  CHECK(options("nodetach updetach").tunnel.detach == Detach::when_up);
  CHECK(options("up_sdnotify").tunnel.notify_systemd);
  CHECK(options("up_sdnotify").tunnel.detach == Detach::never);
  CHECK(options("logfd 1 logfile /l").tunnel.logfile == "/l");
  CHECK(options("logfile /l logfd 2").tunnel.logfile.empty());
  CHECK(options("logfd 2 nolog").tunnel.logfd == -1);
  CHECK(options("nolog").tunnel.logfile == "/dev/null");
}

TEST_CASE("words that ask the server for a proof need noauth after them") {
  for (auto word : {"auth", "require-mschap-v2", "+pap", "require-eap", "require-chap"}) {
    CHECK_THAT(refusal(word), contains("noauth"));
    CHECK(refusal(std::string(word) + " noauth").empty());
    CHECK_THAT(refusal(std::string("noauth ") + word), contains("noauth"));
  }
}

TEST_CASE("words without an effect are listed in one line of the log") {
  auto given = options("lock nobsdcomp nodeflate crtscts 115200 asyncmap 0 noauth");
  REQUIRE(given.notes.size() == 1);
  CHECK(given.notes[0] ==
        "these options of pppd have no effect here: lock nobsdcomp nodeflate crtscts 115200 "
        "asyncmap");
  CHECK(options("noauth").notes.empty());
}

TEST_CASE("each word that is refused says why and what to do") {
  CHECK(refusal("noauth\nplugin radius.so") ==
        "line 2 of /t: plugin is not possible with --ppp builtin: a plugin is a part of pppd; "
        "leave it out, or use --ppp pppd");
  for (const auto& word : refused_words()) {
    std::string name = word.names;
    CHECK_THAT(refusal(name.substr(0, name.find(' ')) + " x"), contains("use --ppp pppd"));
  }
  CHECK_THAT(refusal("/dev/ttyS0"), contains("serial line"));
}

TEST_CASE("an unknown word is refused, with the word that was meant") {
  CHECK(refusal("requre-mppe-128") ==
        "line 1 of /t: pppd has no option 'requre-mppe-128': did you mean 'require-mppe-128'?");
  CHECK_THAT(refusal("xyzzy"), contains("pppd has no option 'xyzzy'"));
}

TEST_CASE("a file that cannot be read is named, unless pppd can do without it") {
  CHECK(refusal("file /none") == "cannot read /none: No such file or directory");
  CHECK_THAT(refusal("call ../x"), contains("a tunnel's name"));
  CHECK(options("mtu 1300", {{kPppdOptions, "mtu 1400 lcp-echo-interval 9"}}).tunnel.link.mtu ==
        1300);
}

TEST_CASE("the password is in no line that the log gets") {
  auto given = options("password hush dump dryrun debug mtu 1400 10.0.0.2:");
  CHECK((given.dump && given.dry_run));
  for (const auto& line : given.listing) CHECK(line.find("hush") == std::string::npos);
  CHECK(given.listing.back() == "10.0.0.2:\t\t# line 1 of /t");
  CHECK(given.listing.front() == "password ******\t\t# line 1 of /t");
}

TEST_CASE("secrets come from the option, or from the files") {
  OptionLoader load = [](const std::string& path) {
    if (path == "/c") return OptionText{"alice vpn hush *\n", 0};
    if (path == "/locked") return OptionText{"", EACCES};
    return OptionText{"", ENOENT};
  };
  std::vector<std::string> notes;
  SecretsPlace place{.client = "alice", .server = "vpn", .chap = "/c", .pap = "/none"};
  CHECK(read_secrets(place, load, notes).chap == "hush");
  CHECK_FALSE(read_secrets(place, load, notes).pap);
  place.password = "given";
  CHECK(read_secrets(place, load, notes).chap == "given");
  place = {.client = "alice", .server = "vpn", .chap = "/locked", .pap = "/none"};
  CHECK_THROWS_AS(read_secrets(place, load, notes), OsError);
  CHECK(notes.empty());
}

// The peers files of callers that people have.
TEST_CASE("the files of pptpsetup, the HOWTO, the vimagick image and a panel are understood") {
  auto setup = options(
      "# written by pptpsetup\npty \"/usr/sbin/pptp vpn.example.net --nolaunchpppd\""
      "\nlock\nnoauth\nnobsdcomp\nnodeflate\nname corp\\\\alice\nremotename work\n"
      "ipparam work\nrequire-mppe-128\nlcp-echo-interval 15\nlcp-echo-failure 4\n");
  CHECK(setup.tunnel.link.name == "corp\\alice");
  CHECK(setup.tunnel.link.mppe_128);
  CHECK(setup.pty == "/usr/sbin/pptp vpn.example.net --nolaunchpppd");

  auto howto = options(
      "pty \"pptp vpn.example.net --nolaunchpppd\"\nname corp\\\\alice\nremotename "
      "PPTP\nrequire-mppe-128\nfile /etc/ppp/options.pptp\nipparam work\n",
      {{"/etc/ppp/options.pptp",
        "lock\nnoauth\nrefuse-pap\nrefuse-eap\nrefuse-chap\nrefuse-mschap\n"
        "nobsdcomp\nnodeflate\n"}});
  CHECK(howto.tunnel.link.ms_chap_v2);
  CHECK_FALSE(howto.tunnel.link.chap_md5);

  auto image = options(
      "pty \"pptp 192.0.2.1 --nolaunchpppd\"\nname \"alice\"\npassword \"hush\"\n"
      "remotename PPTP\nrequire-mppe-128\nfile /etc/ppp/options.pptp\n"
      "ipparam \"vpn\"\ndebug dump logfd 2 nodetach persist",
      {{"/etc/ppp/options.pptp", "lock noauth nobsdcomp nodeflate"}});
  CHECK(image.secrets.password == "hush");
  CHECK(image.tunnel.logfd == 2);
  CHECK((image.tunnel.persist && image.dump));

  auto panel = options(
      "pty \"'/usr/sbin/pptp' '192.0.2.1' --nolaunchpppd --nohostroute --logstring "
      "'pptp-out-a'\"\nnodetach\nifname pptp-a\nlinkname a\nipparam a\nnoauth\n"
      "user 'alice'\npassword 'hush'\nnodefaultroute\nnolock\nlcp-echo-interval 20\n"
      "lcp-echo-failure 3\npersist\nmaxfail 0\nholdoff 10\nlogfd 1\n");
  CHECK(panel.tunnel.ifname == "pptp-a");
  CHECK(panel.tunnel.holdoff == 10);
  CHECK(pty_command(panel.pty).pptp.back() == "pptp-out-a");

  auto manager = read(
      "debug ipparam nm-pptp-service-9 nodetach lock usepeerdns noipdefault "
      "nodefaultroute noauth user alice remotename gw refuse-eap require-mppe "
      "plugin nm-pptp-pppd-plugin.so");
  CHECK_THAT(std::get<Reason>(manager).detail, contains("plugin"));
}
