// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/server/options.hh"

#include <arpa/inet.h>
#include <fmt/format.h>

#include "common/command_line/values.hh"

namespace callgate::ppp::test {
namespace {

bool address(Ipv4& to, const std::string& text) {
  in_addr parsed;
  if (inet_pton(AF_INET, text.c_str(), &parsed) != 1) return false;
  to = ntohl(parsed.s_addr);
  return true;
}

// One or two addresses.
bool addresses(std::array<Ipv4, 2>& to, const std::string& text) {
  size_t comma = text.find(',');
  to = {};
  return address(to[0], text.substr(0, comma)) &&
         (comma == text.npos || address(to[1], text.substr(comma + 1)));
}

bool authentication(std::optional<Authentication>& to, const std::string& text) {
  to.reset();
  if (text == "pap") to = Authentication::pap;
  if (text == "chap-md5") to = Authentication::chap_md5;
  if (text == "ms-chap-v2") to = Authentication::ms_chap_v2;
  return to || text == "none";
}

bool encryption(CcpSettings& to, const std::string& text) {
  to.required = text != "none";
  to.lengths.clear();
  if (text == "40") to.lengths = {KeyLength::bits_40};
  if (text == "56") to.lengths = {KeyLength::bits_56};
  if (text == "128") to.lengths = {KeyLength::bits_128};
  return !to.lengths.empty() || text == "none";
}

std::vector<callgate::Option> table(ProgramOptions& to) {
  ServerSettings& link = to.link;
  auto on = [](bool& flag, bool value = true) {
    return [&flag, value](const std::string&) {
      flag = value;
      return true;
    };
  };
  auto text = [](std::string& field) {
    return [&field](const std::string& value) {
      field = value;
      return true;
    };
  };
  return {
      {"user", "NAME", "a name", "accept this user (alice)", text(link.name)},
      {"password", "P", "a password", "accept this password (secret)", text(link.password)},
      {"auth", "KIND", "pap, chap-md5, ms-chap-v2 or none", "ask for this authentication",
       [&](const std::string& v) { return authentication(link.asks, v); }},
      {"mppe", "BITS", "40, 56, 128 or none", "encrypt with keys of this length, or not at all",
       [&](const std::string& v) { return encryption(link.ccp, v); }},
      {"stateful", nullptr, nullptr, "change the key only every 256 packets",
       [&](const std::string&) {
         link.ccp.stateless = false;
         return link.ccp.stateful = true;
       }},
      {"no-ccp", nullptr, nullptr, "reject CCP", on(link.ccp_open, false)},
      {"local", "ADDRESS", "an IPv4 address", "use this address inside the tunnels",
       [&](const std::string& v) { return address(link.addresses.own, v); }},
      {"remote", "ADDRESS", "an IPv4 address", "give this address to the first client",
       [&](const std::string& v) { return address(link.addresses.client, v); }},
      {"dns", "A[,B]", "one or two IPv4 addresses", "name these name servers",
       [&](const std::string& v) { return addresses(link.addresses.dns, v); }},
      {"wins", "A[,B]", "one or two IPv4 addresses", "name these NetBIOS name servers",
       [&](const std::string& v) { return addresses(link.addresses.wins, v); }},
      {"ipv6", nullptr, nullptr, "agree to IPv6 too", on(link.ipv6)},
      {"no-ipv4", nullptr, nullptr, "reject IPCP", on(link.ipv4, false)},
      {"mru", "BYTES", "a number from 128 to 1500", "accept packets of this size",
       [&](const std::string& v) { return store(link.lcp.mru, whole_number(v, 128, 1500)); }},
      {"no-compression", nullptr, nullptr, "ask for no shorter PPP headers",
       [&](const std::string&) {
         link.lcp.address_and_control_compression = false;
         link.lcp.protocol_compression = false;
         return true;
       }},
      {"restart", "SECONDS", "a number of seconds", "repeat unanswered packets after this time (3)",
       [&](const std::string& v) {
         auto time = milliseconds(v, 0.01, 3600);
         if (time) link.restart = Duration(*time);
         return time.has_value();
       }},
      {"fault", "FAULT", "a fault of the list below", "do this wrong; may be repeated",
       [&](const std::string& v) { return set_fault(link.faults, v); }},
      {"help", nullptr, nullptr, "print this text and exit", on(to.help),
       callgate::Option::Place::alone},
  };
}

}  // namespace

std::string help_text() {
  ProgramOptions unused;
  std::string text =
      "Usage: pptp-test-server [OPTION]...\n\n"
      "A PPTP server for tests. Prints one line for each event.\n"
      "SIGUSR1: renegotiates LCP. SIGUSR2: sends another Challenge. SIGHUP: terminates all links.\n"
      "SIGTERM: clears all calls, and exits.\n\n";
  text += option_lines(table(unused)) + "\nFaults:\n";
  for (const FaultRow& row : fault_table())
    text += fmt::format("  {:<28} {}\n",
                        fmt::format("{}{}{}", row.name, row.value.empty() ? "" : "=", row.value),
                        row.help);
  return text;
}

std::variant<ProgramOptions, Reason> read_options(const Words& words) {
  ProgramOptions made;
  auto read = read_command_line(table(made), words);
  if (auto* wrong = std::get_if<Reason>(&read)) return *wrong;
  if (const Words& more = std::get<CommandLine>(read).operands; !more.empty())
    return Reason{.cause = Cause::wrong_usage,
                  .detail = fmt::format("\"{}\" is not an option", more.front())};
  return made;
}

}  // namespace callgate::ppp::test
