// SPDX-License-Identifier: GPL-2.0-or-later
// pptp's command line: which words are options, which one is HOST, and what goes to pppd.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "tests/unit/catch.hh"
#include "tests/unit/common/command_line/parsed_options.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

// pptp-linux 1.10.0's table, and client-hostname from its git after that release. true: has a
// value.
struct Known {
  std::string name;
  bool value;
};
const std::vector<Known> kPptpLinux{
    {"phone", true},        {"nolaunchpppd", false},  {"quirks", true},    {"debug", false},
    {"sync", false},        {"timeout", true},        {"logstring", true}, {"localbind", true},
    {"loglevel", true},     {"nobuffer", false},      {"idle-wait", true}, {"max-echo-wait", true},
    {"version", false},     {"test-type", true},      {"test-rate", true}, {"rtmark", true},
    {"nohostroute", false}, {"missing-window", true},
};

// A value that the option takes, and that its default is not.
std::string value_for(const std::string& name) {
  if (name == "quirks") return "BEZEQ_ISRAEL";
  if (name == "localbind") return "192.0.2.7";
  return "2";
}

bool unambiguous_in_pptp_linux(const std::string& stem) {
  return std::count_if(kPptpLinux.begin(), kPptpLinux.end(),
                       [&](const Known& known) { return known.name.starts_with(stem); }) == 1;
}

// Everything that an option can change, as one comparable text.
std::string digest(const PptpOptions& options) {
  std::string text =
      fmt::format("{} {} {} {} {} {}", static_cast<int>(options.action), options.gateway.log_level,
                  options.launch_pppd, options.debug, options.mtu_hint, options.mtu_auto);
  const auto& gateway = options.gateway;
  text += fmt::format(" {} {} {} {} {} {} ", gateway.timeout, gateway.sync, gateway.buffer,
                      gateway.missing_window, gateway.test_type, gateway.test_rate);
  for (uint8_t byte : encode(options.call)) text += fmt::format("{:02x}", byte);
  return text;
}

}  // namespace

TEST_CASE("without options everything has pptp-linux's default") {
  auto options = parsed({"vpn.example.net"});
  CHECK(options.call.server_name == "vpn.example.net");
  CHECK(options.launch_pppd);
  CHECK_FALSE(options.debug);
  CHECK(options.gateway == GatewaySettings{.timeout = 300,
                                           .buffer = true,
                                           .missing_window = 300,
                                           .sync = false,
                                           .log_level = 5,
                                           .test_type = 0,
                                           .test_rate = 100});
  CallRequest expected;
  expected.server_name = "vpn.example.net";
  CHECK(options.call == expected);
  CHECK(options.call.idle_wait == 60'000);
  CHECK(options.call.max_echo_wait == 60'000);
  CHECK(options.call.connect_timeout == 30'000);
  CHECK(options.call.host_route);
  CHECK(options.repeated.empty());
  CHECK(options.pppd_options.empty());
}

TEST_CASE("every abbreviation that pptp-linux takes means the same to us") {
  for (const auto& known : kPptpLinux)
    for (size_t length = 1; length < known.name.size(); length++) {
      auto stem = known.name.substr(0, length);
      if (!unambiguous_in_pptp_linux(stem)) continue;
      INFO("--" << stem << " for --" << known.name);
      Words full{"--" + known.name, "host"}, abbreviated{"--" + stem, "host"};
      if (known.value)
        for (auto* words : {&full, &abbreviated})
          words->insert(std::next(words->begin()), value_for(known.name));
      CHECK(digest(parsed(abbreviated)) == digest(parsed(full)));
      CHECK(digest(parsed(full)) != digest(parsed({"host"})));
    }
}

TEST_CASE("an ambiguous abbreviation is refused, and the candidates are named") {
  auto reason = refusal({"host", "--lo", "1"});
  CHECK(reason.cause == Cause::wrong_usage);
  CHECK(reason.detail == "option --lo is ambiguous: --localbind --logstring --loglevel");
  CHECK(refusal({"--n", "host"}).detail ==
        "option --n is ambiguous: --nolaunchpppd --nobuffer --nohostroute");
  CHECK(refusal({"--t=1", "host"}).detail ==
        "option --t=1 is ambiguous: --timeout --transmit-window --test-type --test-rate");
}

TEST_CASE("options stand before or after HOST, with = or with a space") {
  auto expected = digest(parsed({"--timeout", "0.5", "--phone", "12", "--nolaunchpppd", "host"}));
  for (const Words& words : std::initializer_list<Words>{
           {"host", "--timeout", "0.5", "--phone", "12", "--nolaunchpppd"},
           {"--nolaunchpppd", "host", "--phone=12", "--timeout=0.5"},
           {"--phone", "12", "host", "--nolaunchpppd", "--timeout=0.5"},
           {"--phone", "12", "--nolaunchpppd", "--timeout=0.5", "--", "host"}})
    CHECK(digest(parsed(words)) == expected);
}

TEST_CASE("POSIXLY_CORRECT does not give our options to pppd") {
  setenv("POSIXLY_CORRECT", "1", 1);
  auto options = parsed({"host", "--nolaunchpppd", "--sync"});
  unsetenv("POSIXLY_CORRECT");
  CHECK_FALSE(options.launch_pppd);
  CHECK(options.gateway.sync);
  CHECK(options.pppd_options.empty());
}

TEST_CASE("what follows HOST and is not ours goes to pppd, in its order") {
  auto options = parsed({"host", "call", "--sync", "office", "mtu", "1400"});
  CHECK(options.gateway.sync);
  CHECK(options.pppd_options == Words{"call", "office", "mtu", "1400"});
}

TEST_CASE("after -- everything goes to pppd, what looks like ours included") {
  auto options = parsed({"host", "--sync", "noauth", "--", "-detach", "--debug", "--"});
  CHECK(options.pppd_options == Words{"noauth", "-detach", "--debug", "--"});
  CHECK_FALSE(options.debug);
  CHECK(parsed({"--", "--odd-host", "--sync"}).call.server_name == "--odd-host");
}

TEST_CASE("call TUNNEL names a tunnel, and a server of that name stays reachable") {
  auto options = parsed({"--sync", "call", "work", "--loglevel", "2", "mtu", "1400", "--", "-d"});
  CHECK(options.tunnel == "work");
  CHECK(options.call.server_name.empty());
  CHECK(options.pppd_options == Words{"mtu", "1400", "-d"});
  CHECK(options.gateway.sync);
  CHECK(parsed({"call", "--", "work"}).tunnel == "work");
  for (const Words& words : std::initializer_list<Words>{{"--", "call", "noauth"},
                                                         {"call", "--nolaunchpppd"},
                                                         {"call", "noauth", "--nolaunchpppd"}}) {
    CHECK(parsed(words).tunnel.empty());
    CHECK(parsed(words).call.server_name == "call");
  }
  CHECK(parsed({"host", "call", "work"}).tunnel.empty());
  CHECK(refusal({"call"}).detail.starts_with("no tunnel is given after call"));
}

TEST_CASE("--ppp says who speaks PPP, and is not for the pptp that pppd starts") {
  CHECK_FALSE(parsed({"host"}).ppp);
  CHECK(parsed({"host", "--ppp", "builtin"}).ppp == Ppp::builtin);
  CHECK(parsed({"host", "--ppp=pppd"}).ppp == Ppp::pppd);
  CHECK(parsed({"host", "--ppp=auto"}).ppp == Ppp::automatic);
  CHECK(parsed({"host", "--ppp=auto", "--sync"}).repeated == Words{"--sync"});
  CHECK(refusal({"host", "--ppp", "kernel"}).detail ==
        "--ppp takes builtin, pppd or auto, not 'kernel'");
}

TEST_CASE("further servers keep their order, and the pptp that pppd starts gets them too") {
  auto options = parsed({"a", "--server", "b", "--servers=spread", "--server=c"});
  CHECK(options.call.server_name == "a");
  CHECK(options.more_servers == Words{"b", "c"});
  CHECK(options.spread);
  CHECK(options.repeated == Words{"--server=b", "--servers=spread", "--server=c"});
  CHECK_FALSE(parsed({"a"}).spread);
  CHECK_FALSE(parsed({"a", "--servers", "spread", "--servers", "turn"}).spread);
  CHECK(refusal({"a", "--servers", "random"}).detail ==
        "--servers takes turn or spread, not 'random'");
  CHECK(refusal({"a", "--server="}).cause == Cause::bad_option);
}

TEST_CASE("the last of two is the one that counts") {
  CHECK(parsed({"host", "--phone", "1", "--phone", "2"}).call.phone == "2");
}

TEST_CASE("the command lines of the callers that the contract lists are taken") {
  for (const Words& words : std::initializer_list<Words>{
           {"192.0.2.1", "--nolaunchpppd", "--loglevel", "0", "--logstring",
            "nm-pptp-service-4711"},
           {"vpn", "--nolaunchpppd", "--loglevel", "2", "--idle-wait", "20", "--max-echo-wait",
            "5"},
           {"vpn", "--nolaunchpppd"},
           {"vpn", "--nolaunchpppd", "--nobuffer", "--loglevel", "0"},
           {"vpn", "--nolaunchpppd", "--debug"},
           {"192.0.2.1", "--nolaunchpppd", "--nohostroute", "--logstring", "pptp-out-NAME"}}) {
    auto options = parsed(words);
    CHECK_FALSE(options.launch_pppd);
    CHECK(options.pppd_options.empty());
  }
}

TEST_CASE("what is no command line at all is wrong usage, and says what is wrong") {
  struct Row {
    Words words;
    std::string detail;
  };
  for (const auto& row : std::initializer_list<Row>{
           {{}, "no server is given"},
           {{"--sync"}, "no server is given"},
           {{"--"}, "no server is given"},
           {{"host", "--phone"}, "--phone needs a value: NUMBER"},
           {{"host", "--ph"}, "--phone needs a value: NUMBER"},
           {{"host", "--sync=yes"}, "--sync takes no value"},
           {{"host", "--frobnicate"}, "unknown option --frobnicate"},
           {{"--frobnicate=3", "host"}, "unknown option --frobnicate=3"},
           {{"host", "--nolauchpppd"},
            "unknown option --nolauchpppd: did you mean '--nolaunchpppd'?"},
           {{"host", "--timout=3"}, "unknown option --timout=3: did you mean '--timeout'?"},
           {{"host", "-detach"},
            "unknown option -detach (pppd's options that begin with - go after --)"},
           {{"-x"}, "unknown option -x (pppd's options that begin with - go after --)"}}) {
    auto reason = refusal(row.words);
    CHECK(reason.cause == Cause::wrong_usage);
    CHECK(reason.detail == row.detail);
    CHECK(exit_status(reason.cause) == ExitStatus::usage_or_internal);
  }
}

TEST_CASE("--version and --help need no HOST and no sense after them") {
  CHECK(parsed({"--version", "--frobnicate"}).action == PptpOptions::Action::show_version);
  CHECK(parsed({"--help", "--timeout=x"}).action == PptpOptions::Action::show_help);
  CHECK(parsed({"--v"}).action == PptpOptions::Action::show_version);
}

TEST_CASE("the usage text names every option") {
  auto text = pptp_usage();
  for (const auto& known : kPptpLinux) CHECK(text.find("--" + known.name) != text.npos);
  for (auto name : {"client-hostname", "device", "share-control", "connect-timeout", "mtu-hint",
                    "call-id", "evidence-fd", "help"})
    CHECK(text.find("--" + std::string(name)) != text.npos);
}

TEST_CASE("parsing again forgets the parse before") {
  refusal({"host", "-xyz"});
  CHECK(parsed({"host", "--sync"}).gateway.sync);
  CHECK_FALSE(parsed({"other"}).gateway.sync);
}

TEST_CASE("each option has a help text, and says which values it takes") {
  PptpOptions unused;
  for (const auto& option : pptp_option_table(unused)) {
    INFO(option.name);
    CHECK_FALSE(std::string_view(option.help).empty());
    CHECK((option.value != nullptr) == !std::string_view(option.expects).empty());
    CHECK(option.set);
  }
}

TEST_CASE("the reader of a peers file learns which words of pptp's are values") {
  for (auto word : {"--phone", "--timeout", "--logs"}) CHECK(pptp_option_takes_next(word));
  for (auto word : {"--sync", "--phone=1", "phone", "--lo", "--no-such", "-x"})
    CHECK_FALSE(pptp_option_takes_next(word));
}
