// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/command_line/pptp_options.hh"

#include <fmt/format.h>
#include <net/if.h>

#include "common/command_line/values.hh"

namespace callgate {
namespace {

using Text = const std::string&;
using Place = Option::Place;
using Action = PptpOptions::Action;

constexpr Syntax kSyntax{.single_dash = " (pppd's options that begin with - go after --)"};

// The call request has milliseconds in 32 bits, the longest of which is 49 days: as good as never.
bool set_echo_wait(uint32_t& field, Text text) {
  if (!store(field, milliseconds(text, 0, 1'000'000))) return false;
  if (field == 0) field = UINT32_MAX;
  return true;
}

bool set_mark(uint32_t& field, Text text) {
  bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  return store(field, hexadecimal ? whole_number(text.substr(2), 0, UINT32_MAX, 16)
                                  : whole_number(text, 0, UINT32_MAX));
}

bool set_text(std::string& field, Text text, size_t least, size_t most) {
  if (text.size() < least || text.size() > most) return false;
  field = text;
  return true;
}

bool set_device(std::string& field, Text text) {
  return text.find_first_of("/ \t\n") == text.npos && set_text(field, text, 1, IFNAMSIZ - 1);
}

bool set_ppp(std::optional<Ppp>& field, Text text) {
  if (text == "auto")
    field = Ppp::automatic;
  else if (text == "builtin")
    field = Ppp::builtin;
  else if (text == "pppd")
    field = Ppp::pppd;
  else
    return false;
  return true;
}

bool add_server(Words& servers, Text text) {
  servers.emplace_back();
  return set_text(servers.back(), text, 1, kMaxChannelText);
}

bool set_order(bool& spread, Text text) {
  spread = text == "spread";
  return spread || text == "turn";
}

// Nothing can be wrong with an option that takes no value.
template <typename T>
bool set(T& field, T value) {
  field = value;
  return true;
}

Words repeated(const CommandLine& line) {
  Words words;
  for (const auto& [option, value] : line.options)
    if (option->place == Place::anywhere)
      words.push_back(option->value ? fmt::format("--{}={}", option->name, value)
                                    : fmt::format("--{}", option->name));
  return words;
}

}  // namespace

std::vector<Option> pptp_option_table(PptpOptions& o) {
  return {
      {"version", nullptr, "", "print the version and exit",
       [&](Text) { return set(o.action, Action::show_version); }, Place::alone},
      {"help", nullptr, "", "print this text and exit",
       [&](Text) { return set(o.action, Action::show_help); }, Place::alone},
      // Our own --ppp must not make this abbreviation of pptp-linux ambiguous.
      {"phone",
       "NUMBER",
       "at most 64 characters",
       "ask the server to dial this phone number",
       [&](Text v) { return set_text(o.call.phone, v, 0, 64); },
       Place::anywhere,
       {"p"}},
      {"nolaunchpppd", nullptr, "", "do not start pppd: pppd has started pptp, on its pty",
       [&](Text) { return set(o.launch_pppd, false); }, Place::here_only},
      {"ppp", "WHO", "builtin, pppd or auto",
       "builtin = tunnel without pppd, auto = if there is no /dev/ppp (default)",
       [&](Text v) { return set_ppp(o.ppp, v); }, Place::here_only},
      // Only one of pptp-linux's option values names a defect to work around.
      {"quirks", "NAME", "BEZEQ_ISRAEL", "work around a known server bug: BEZEQ_ISRAEL",
       [&](Text v) { return o.call.quirk_bezeq = v == "BEZEQ_ISRAEL"; }},
      // Our own --device and --share-control must not make these abbreviations of pptp-linux
      // ambiguous.
      {"debug",
       nullptr,
       "",
       "keep the pppd that pptp starts in the foreground",
       [&](Text) { return set(o.debug, true); },
       Place::here_only,
       {"d", "de"}},
      {"sync",
       nullptr,
       "",
       "use synchronous framing on the pty (pppd must use it too)",
       [&](Text) { return set(o.gateway.sync, true); },
       Place::anywhere,
       {"s"}},
      {"timeout", "SECONDS", "seconds from 0.01 to 10",
       "wait this long for reordered packets (0.3)",
       [&](Text v) { return store(o.gateway.timeout, milliseconds(v, 0.01, 10)); }},
      {"nobuffer", nullptr, "", "do not buffer and reorder packets",
       [&](Text) { return set(o.gateway.buffer, false); }},
      {"missing-window", "PACKETS", "packets from 1 to 2147483647",
       "accept packets up to this many sequence numbers ahead (300)",
       [&](Text v) { return store(o.gateway.missing_window, whole_number(v, 1, 2147483647)); }},
      {"transmit-window", nullptr, "", "send no more packets than the server has room for",
       [&](Text) { return set(o.gateway.transmit_window, true); }},
      {"idle-wait", "SECONDS", "seconds from 0 (never) to 1000000",
       "send an echo request after this much silence (60), 0 = never",
       [&](Text v) { return store(o.call.idle_wait, milliseconds(v, 0, 1'000'000)); }},
      {"max-echo-wait", "SECONDS", "seconds from 0 (forever) to 1000000",
       "wait this long for the echo reply (60), 0 = forever",
       [&](Text v) { return set_echo_wait(o.call.max_echo_wait, v); }},
      {"connect-timeout", "SECONDS", "seconds from 0.1 to 600",
       "wait this long for each address of the server (30)",
       [&](Text v) { return store(o.call.connect_timeout, milliseconds(v, 0.1, 600)); }},
      {"localbind", "ADDRESS", "an IPv4 or IPv6 address", "use this local address",
       [&](Text v) { return store(o.call.local_bind, IpAddress::parse(v)); }},
      {"device", "NAME", "the name of a network interface", "use this network interface",
       [&](Text v) { return set_device(o.call.device, v); }},
      {"rtmark", "NUMBER", "a number from 0 to 4294967295, decimal or 0x...",
       "set this policy routing mark on all packets",
       [&](Text v) { return set_mark(o.call.mark, v); }},
      {"nohostroute", nullptr, "", "add no host route to the server",
       [&](Text) { return set(o.call.host_route, false); }},
      {"share-control", nullptr, "", "join a control connection that has room for a call",
       [&](Text) { return set(o.call.share_control, true); }},
      {"call-id", "NUMBER", "a number from 1 to 65535", "use this call ID for our end",
       [&](Text v) { return store(o.call.call_id, whole_number(v, 1, UINT16_MAX)); }},
      {"client-hostname", "NAME", "at most 64 characters", "tell the server this host name",
       [&](Text v) { return set_text(o.call.client_hostname, v, 0, 64); }},
      {"server", "SERVER", "a host name or an address",
       "dial this server if HOST fails; may be given several times",
       [&](Text v) { return add_server(o.more_servers, v); }},
      {"servers", "ORDER", "turn or spread",
       "turn = begin with HOST (default), spread = with any of the servers",
       [&](Text v) { return set_order(o.spread, v); }},
      {"mtu-hint", nullptr, "", "find the MTU that the path leaves for PPP",
       [&](Text) { return set(o.mtu_hint, true); }, Place::here_only},
      {"mtu-auto", nullptr, "",
       "measure the MTU at the start, and correct it when the path changes",
       [&](Text) { return set(o.mtu_auto, true); }},
      {"logstring", "NAME", "at most 1024 characters", "begin every line of the log with this name",
       [&](Text v) { return set_text(o.call.log_name, v, 0, kMaxChannelText); }},
      {"loglevel", "LEVEL", "0, 1 or 2", "0 = warnings, 1 = also notices (default), 2 = everything",
       [&](Text v) { return store(o.gateway.log_level, loglevel(v)); }},
      {"evidence-fd", "FD", "a descriptor from 3 to 1023",
       "for pptpctl: report errors and the end on this descriptor",
       [&](Text v) { return store(o.evidence_fd, whole_number(v, 3, 1023)); }, Place::here_only},
      {"test-type", "TYPE", "a number from 0 to 3",
       "for testing: reorder outgoing packets in way 1, 2 or 3",
       [&](Text v) { return store(o.gateway.test_type, whole_number(v, 0, 3)); }},
      {"test-rate", "PACKETS", "packets from 1 to 1000000",
       "for testing: packets from one reordering to the next (100)",
       [&](Text v) { return store(o.gateway.test_rate, whole_number(v, 1, 1'000'000)); }},
  };
}

std::variant<PptpOptions, Reason> parse_pptp_options(const Words& words) {
  PptpOptions options;
  auto rows = pptp_option_table(options);
  auto read = read_command_line(rows, words, kSyntax);
  if (auto* reason = std::get_if<Reason>(&read)) return *reason;
  auto& line = std::get<CommandLine>(read);
  if (options.action != Action::dial) return options;
  if (line.operands.empty())
    return Reason{.cause = Cause::wrong_usage, .detail = "no server is given"};
  options.repeated = repeated(line);
  if (options.launch_pppd && line.before_dashes > 0 && line.operands.front() == "call") {
    if (line.operands.size() < 2)
      return Reason{.cause = Cause::wrong_usage,
                    .detail =
                        "no tunnel is given after call (pptp -- call dials a server of that "
                        "name)"};
    options.tunnel = line.operands[1];
    options.pppd_options.assign(std::next(line.operands.begin(), 2), line.operands.end());
    return options;
  }
  // The first operand is HOST; the others are pppd's.
  const auto& host = line.operands.front();
  if (!set_text(options.call.server_name, host, 1, kMaxChannelText))
    return Reason{.cause = Cause::bad_option,
                  .detail = fmt::format("the server is a host name or an address, not '{}'", host)};
  options.pppd_options.assign(std::next(line.operands.begin()), line.operands.end());
  return options;
}

std::string pptp_usage() {
  PptpOptions unused;
  return "Usage:\n"
         "  pptp HOST [OPTIONS] [[--] PPPD-OPTIONS]         make a tunnel to HOST\n"
         "  pptp call TUNNEL [OPTIONS] [[--] PPPD-OPTIONS]  make that of /etc/ppp/peers/TUNNEL\n"
         "  pppd pty \"pptp HOST --nolaunchpppd [OPTIONS]\"  dial HOST for a pppd\n"
         "\n"
         "Options may stand before or after other words, and may be shortened as long as they "
         "stay\n"
         "unambiguous:\n" +
         option_lines(pptp_option_table(unused)) +
         "\nThis is Callgate's pptp. PPTP protects nothing against an attacker who can listen:\n"
         "MS-CHAPv2 and MPPE are broken. See pptp(8).\n";
}

bool pptp_option_takes_next(const std::string& word) {
  PptpOptions unused;
  auto rows = pptp_option_table(unused);
  auto found = find_option(rows, word, kSyntax);
  auto* option = std::get_if<const Option*>(&found);
  return option && (*option)->value && word.find('=') == word.npos;
}

}  // namespace callgate
