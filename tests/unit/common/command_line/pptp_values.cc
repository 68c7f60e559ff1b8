// SPDX-License-Identifier: GPL-2.0-or-later
// pptp's command line: what each option's value may be, and where it ends up.
#include "tests/unit/catch.hh"
#include "tests/unit/common/command_line/parsed_options.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

PptpOptions with(const std::string& option, const std::string& value) {
  return parsed({"host", "--" + option, value});
}

void accepts(const std::string& option, std::initializer_list<std::string> values) {
  for (const auto& value : values) {
    INFO(option << " " << value);
    CHECK(std::holds_alternative<PptpOptions>(parse_pptp_options({"host", "--" + option, value})));
  }
}

// Refused as a bad value, in words that repeat the option, what is expected and the value.
void refuses(const std::string& option, const std::string& expected,
             std::initializer_list<std::string> values) {
  for (const auto& value : values) {
    auto reason = refusal({"host", "--" + option, value});
    CHECK(exit_status(reason.cause) == ExitStatus::bad_option_value);
    CHECK(reason.detail == "--" + option + " takes " + expected + ", not '" + value + "'");
  }
}

}  // namespace

TEST_CASE("--timeout takes 0.01 to 10 seconds") {
  CHECK(with("timeout", "0.01").gateway.timeout == 10);
  CHECK(with("timeout", "10").gateway.timeout == 10'000);
  CHECK(with("timeout", ".25").gateway.timeout == 250);
  refuses("timeout", "seconds from 0.01 to 10",
          {"0", "0.0099", "10.001", "-1", "1e1", "nan", "inf", "0x1", "1s", " 1", ""});
}

TEST_CASE("--missing-window takes a number of packets") {
  CHECK(with("missing-window", "1").gateway.missing_window == 1);
  CHECK(with("missing-window", "6000").gateway.missing_window == 6000);
  CHECK(with("missing-window", "2147483647").gateway.missing_window == 2147483647);
  refuses("missing-window", "packets from 1 to 2147483647",
          {"0", "-1", "2147483648", "99999999999999", "3.5", "many"});
}

TEST_CASE("--idle-wait takes seconds, and 0 stops the echo requests") {
  CHECK(with("idle-wait", "0").call.idle_wait == 0);
  CHECK(with("idle-wait", "20").call.idle_wait == 20'000);
  CHECK(with("idle-wait", "0.5").call.idle_wait == 500);
  CHECK(with("idle-wait", "1000000").call.idle_wait == 1'000'000'000);
  refuses("idle-wait", "seconds from 0 (never) to 1000000", {"-1", "1000001", "x"});
}

TEST_CASE("--max-echo-wait takes seconds of its own, and 0 waits for as long as can be said") {
  auto options = with("max-echo-wait", "5");
  CHECK(options.call.max_echo_wait == 5000);
  CHECK(options.call.idle_wait == 60'000);
  CHECK(with("max-echo-wait", "0").call.max_echo_wait == UINT32_MAX);
  refuses("max-echo-wait", "seconds from 0 (forever) to 1000000", {"-1", "1000001", "x"});
}

TEST_CASE("--connect-timeout takes 0.1 to 600 seconds") {
  CHECK(with("connect-timeout", "0.1").call.connect_timeout == 100);
  CHECK(with("connect-timeout", "600").call.connect_timeout == 600'000);
  refuses("connect-timeout", "seconds from 0.1 to 600", {"0", "0.09", "600.1"});
}

TEST_CASE("--rtmark takes 32 bits, decimal or hexadecimal; a leading 0 is not octal") {
  CHECK(with("rtmark", "0").call.mark == 0);
  CHECK(with("rtmark", "010").call.mark == 10);
  CHECK(with("rtmark", "0x10").call.mark == 16);
  CHECK(with("rtmark", "4294967295").call.mark == 0xFFFFFFFF);
  refuses("rtmark", "a number from 0 to 4294967295, decimal or 0x...",
          {"-1", "4294967296", "0x", "0x100000000", "0x-1", "ten", ""});
}

TEST_CASE("--localbind takes an address of either family, and no name") {
  CHECK(with("localbind", "192.0.2.7").call.local_bind == *IpAddress::parse("192.0.2.7"));
  CHECK(with("localbind", "2001:db8::7").call.local_bind == *IpAddress::parse("2001:db8::7"));
  refuses("localbind", "an IPv4 or IPv6 address",
          {"localhost", "192.0.2", "192.0.2.256", "::g", ""});
}

TEST_CASE("--device takes what can be the name of an interface") {
  CHECK(with("device", "eth0").call.device == "eth0");
  CHECK(with("device", "exactly15chars_").call.device == "exactly15chars_");
  refuses("device", "the name of a network interface",
          {"", "sixteen_chars_xx", "eth 0", "../etc", "eth0\n"});
}

TEST_CASE("--call-id takes 1 to 65535") {
  CHECK(with("call-id", "1").call.call_id == 1);
  CHECK(with("call-id", "65535").call.call_id == 65535);
  refuses("call-id", "a number from 1 to 65535", {"0", "65536", "-1", "0x1"});
}

TEST_CASE("--phone and --client-hostname take as many characters as their fields hold") {
  std::string longest(64, 'x'), longer(65, 'x');
  CHECK(with("phone", longest).call.phone == longest);
  CHECK(with("phone", "").call.phone.empty());
  CHECK(with("client-hostname", longest).call.client_hostname == longest);
  refuses("phone", "at most 64 characters", {longer});
  refuses("client-hostname", "at most 64 characters", {longer});
}

TEST_CASE("--loglevel takes 0, 1 or 2") {
  CHECK(with("loglevel", "0").gateway.verbosity() == log::Level::warning);
  CHECK(with("loglevel", "2").gateway.verbosity() == log::Level::debug);
  refuses("loglevel", "0, 1 or 2", {"3", "-1", "high", ""});
}

TEST_CASE("--quirks takes the one that there is") {
  CHECK(with("quirks", "BEZEQ_ISRAEL").call.quirk_bezeq);
  refuses("quirks", "BEZEQ_ISRAEL", {"bezeq_israel", "OTHER", ""});
}

TEST_CASE("--test-type and --test-rate") {
  auto options = parsed({"host", "--test-type", "3", "--test-rate", "1"});
  CHECK(options.gateway.test_type == 3);
  CHECK(options.gateway.test_rate == 1);
  accepts("test-rate", {"1000000"});
  refuses("test-type", "a number from 0 to 3", {"4", "-1"});
  refuses("test-rate", "packets from 1 to 1000000", {"0", "1000001"});
}

TEST_CASE("--logstring is bounded by what the call manager takes") {
  CHECK(with("logstring", std::string(kMaxChannelText, 'x')).call.log_name.size() == 1024);
  refuses("logstring", "at most 1024 characters", {std::string(kMaxChannelText + 1, 'x')});
}

TEST_CASE("flags set what they are named for, and nothing else") {
  CHECK_FALSE(parsed({"host", "--nohostroute"}).call.host_route);
  CHECK_FALSE(parsed({"host", "--nobuffer"}).gateway.buffer);
  CHECK(parsed({"host", "--share-control"}).call.share_control);
  CHECK(parsed({"host", "--mtu-hint"}).mtu_hint);
  CHECK(parsed({"host", "--mtu-auto"}).mtu_auto);
  CHECK(parsed({"host", "--debug"}).debug);
  auto options = parsed({"host", "--sync"});
  CHECK(options.gateway == GatewaySettings{.sync = true});
}

TEST_CASE("HOST is a name that fits into a message") {
  auto reason = refusal({""});
  CHECK(reason.cause == Cause::bad_option);
  CHECK(refusal({std::string(kMaxChannelText + 1, 'x')}).cause == Cause::bad_option);
}

TEST_CASE("whatever is accepted makes a request that the call manager can read") {
  auto options = parsed({std::string(kMaxChannelText, 'h'),
                         "--phone",
                         std::string(64, '1'),
                         "--client-hostname",
                         std::string(64, 'c'),
                         "--device",
                         "eth0",
                         "--logstring",
                         std::string(kMaxChannelText, 'l'),
                         "--localbind",
                         "2001:db8::7",
                         "--rtmark",
                         "7",
                         "--quirks",
                         "BEZEQ_ISRAEL",
                         "--call-id",
                         "9",
                         "--idle-wait",
                         "1000000",
                         "--max-echo-wait",
                         "0"});
  options.call.servers.assign(kMaxServerAddresses, *IpAddress::parse("2001:db8::1"));
  auto record = encode(options.call);
  CHECK(record.size() <= kMaxChannelMessage);
  auto message = parse_channel_message(record);
  REQUIRE(message);
  CHECK(std::get<CallRequest>(*message) == options.call);
}
