// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/pptp/options.hh"

#include <fmt/format.h>
#include <getopt.h>
#include <net/if.h>

#include <charconv>
#include <optional>

#include "common/command_line/nearest.hh"

namespace callgate {
namespace {

using Text = const std::string&;

template <typename Number>
bool read_number(Text text, Number least, Number most, Number& value, int base = 10) {
  Number number{};
  std::from_chars_result end{};
  if constexpr (std::is_floating_point_v<Number>)
    end = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  else
    end = std::from_chars(text.data(), text.data() + text.size(), number, base);
  // "not in range" would let "nan" pass.
  bool in_range = number >= least && number <= most;
  if (end.ec != std::errc{} || end.ptr != text.data() + text.size() || !in_range) return false;
  value = number;
  return true;
}

bool read_seconds(Text text, double least, double most, uint32_t& milliseconds) {
  double seconds = 0;
  if (!read_number(text, least, most, seconds)) return false;
  milliseconds = static_cast<uint32_t>(seconds * 1000 + 0.5);
  return true;
}

// No give-up time: the message has milliseconds in 32 bits, the longest of which is 49 days.
bool read_echo_wait(Text text, uint32_t& milliseconds) {
  if (!read_seconds(text, 0, 1'000'000, milliseconds)) return false;
  if (milliseconds == 0) milliseconds = UINT32_MAX;
  return true;
}

bool read_mark(Text text, uint32_t& mark) {
  bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  return read_number(hexadecimal ? text.substr(2) : text, 0U, UINT32_MAX, mark,
                     hexadecimal ? 16 : 10);
}

bool read_address(Text text, IpAddress& address) {
  auto parsed = IpAddress::parse(text);
  if (parsed) address = *parsed;
  return parsed.has_value();
}

bool read_text(Text text, size_t least, size_t most, std::string& value) {
  if (text.size() < least || text.size() > most) return false;
  value = text;
  return true;
}

bool read_device(Text text, std::string& device) {
  return text.find_first_of("/ \t\n") == text.npos && read_text(text, 1, IFNAMSIZ - 1, device);
}

bool read_loglevel(Text text, uint8_t& level) {
  static constexpr log::Level kLevels[] = {log::Level::warning, log::Level::notice,
                                           log::Level::debug};
  uint32_t number = 0;
  if (!read_number(text, 0U, 2U, number)) return false;
  level = static_cast<uint8_t>(kLevels[number]);
  return true;
}

bool read_call_id(Text text, uint16_t& call_id) {
  uint32_t number = 0;
  if (!read_number(text, 1U, 65535U, number)) return false;
  call_id = static_cast<uint16_t>(number);
  return true;
}

// Only one of pptp-linux's option values names a defect to work around.
bool read_quirk(Text text, bool& bezeq) {
  bezeq = text == "BEZEQ_ISRAEL";
  return bezeq;
}

// A flag's setter: nothing can be wrong with it.
template <typename T>
bool set(T& field, T value) {
  field = value;
  return true;
}

struct Option {
  const char* name;
  const char* value;    // its name in the usage text; nullptr = takes none
  const char* expects;  // what the value must be
  const char* help;
  bool (*set)(Options&, Text);  // false: not such a value
  bool repeat = true;           // to the pptp that pppd starts
};

// In the order in which the usage text shows them.
constexpr Option kOptions[] = {
    {"version", nullptr, "", "print the version and exit",
     [](Options& o, Text) { return set(o.action, Options::Action::show_version); }},
    {"help", nullptr, "", "print this text and exit",
     [](Options& o, Text) { return set(o.action, Options::Action::show_help); }},
    {"phone", "NUMBER", "at most 64 characters", "phone number for the server to dial",
     [](Options& o, Text v) { return read_text(v, 0, 64, o.call.phone); }},
    {"nolaunchpppd", nullptr, "", "do not start pppd: it has started us, on its pty",
     [](Options& o, Text) { return set(o.launch_pppd, false); }, false},
    {"quirks", "NAME", "BEZEQ_ISRAEL", "be kind to a server's defect: BEZEQ_ISRAEL",
     [](Options& o, Text v) { return read_quirk(v, o.call.quirk_bezeq); }},
    {"debug", nullptr, "", "keep the pppd that we start in the foreground",
     [](Options& o, Text) { return set(o.debug, true); }, false},
    {"sync", nullptr, "", "synchronous framing on the pty (pppd must use it too)",
     [](Options& o, Text) { return set(o.gateway.sync, true); }},
    {"timeout", "SECONDS", "seconds from 0.01 to 10", "wait for reordered packets (0.3)",
     [](Options& o, Text v) { return read_seconds(v, 0.01, 10, o.gateway.timeout); }},
    {"nobuffer", nullptr, "", "no buffering and reordering of packets",
     [](Options& o, Text) { return set(o.gateway.buffer, false); }},
    {"missing-window", "PACKETS", "packets from 1 to 2147483647",
     "believe sequence numbers this far ahead (300)",
     [](Options& o, Text v) { return read_number(v, 1U, 2147483647U, o.gateway.missing_window); }},
    {"transmit-window", nullptr, "", "send no more than the server has room for",
     [](Options& o, Text) { return set(o.gateway.transmit_window, true); }},
    {"idle-wait", "SECONDS", "seconds from 0 (never) to 1000000",
     "silence before an echo request (60), 0 = never",
     [](Options& o, Text v) { return read_seconds(v, 0, 1'000'000, o.call.idle_wait); }},
    {"max-echo-wait", "SECONDS", "seconds from 0 (without end) to 1000000",
     "wait for the echo reply (60), 0 = without end",
     [](Options& o, Text v) { return read_echo_wait(v, o.call.max_echo_wait); }},
    {"connect-timeout", "SECONDS", "seconds from 0.1 to 600",
     "wait for each address of the server (30)",
     [](Options& o, Text v) { return read_seconds(v, 0.1, 600, o.call.connect_timeout); }},
    {"localbind", "ADDRESS", "an IPv4 or IPv6 address", "local address to use",
     [](Options& o, Text v) { return read_address(v, o.call.local_bind); }},
    {"device", "NAME", "the name of a network interface", "network interface to use",
     [](Options& o, Text v) { return read_device(v, o.call.device); }},
    {"rtmark", "NUMBER", "a number from 0 to 4294967295, decimal or 0x...",
     "policy routing mark of all packets",
     [](Options& o, Text v) { return read_mark(v, o.call.mark); }},
    {"nohostroute", nullptr, "", "add no host route to the server",
     [](Options& o, Text) { return set(o.call.host_route, false); }},
    {"share-control", nullptr, "", "join a control connection that has room for a call",
     [](Options& o, Text) { return set(o.call.share_control, true); }},
    {"call-id", "NUMBER", "a number from 1 to 65535", "call ID of our end",
     [](Options& o, Text v) { return read_call_id(v, o.call.call_id); }},
    {"client-hostname", "NAME", "at most 64 characters", "host name to tell the server",
     [](Options& o, Text v) { return read_text(v, 0, 64, o.call.client_hostname); }},
    {"mtu-hint", nullptr, "", "find the MTU that the path leaves for PPP",
     [](Options& o, Text) { return set(o.mtu_hint, true); }, false},
    {"logstring", "NAME", "at most 1024 characters", "name in front of every line of the log",
     [](Options& o, Text v) { return read_text(v, 0, kMaxChannelText, o.call.log_name); }},
    {"loglevel", "LEVEL", "0, 1 or 2", "0 = warnings, 1 = what happens (default), 2 = everything",
     [](Options& o, Text v) { return read_loglevel(v, o.gateway.log_level); }},
    {"test-type", "TYPE", "a number from 0 to 3", "damage the order of what we send: 1, 2 or 3",
     [](Options& o, Text v) { return read_number(v, 0U, 3U, o.gateway.test_type); }},
    {"test-rate", "PACKETS", "packets from 1 to 1000000", "packets between two damages (100)",
     [](Options& o, Text v) { return read_number(v, 1U, 1'000'000U, o.gateway.test_rate); }},
};

// Abbreviations that were unambiguous in pptp-linux, and that our own new options (--device,
// --share-control) must not take away. An exact match always wins.
struct Alias {
  const char* abbreviation;
  const char* name;
};
constexpr Alias kAliases[] = {{"d", "debug"}, {"de", "debug"}, {"s", "sync"}};

constexpr int kFirst = 256;  // what getopt_long returns for kOptions[0]; above any character

option getopt_row(const char* shown, size_t index) {
  int takes = kOptions[index].value ? required_argument : no_argument;
  return {shown, takes, nullptr, kFirst + static_cast<int>(index)};
}

std::vector<option> getopt_table() {
  std::vector<option> table;
  for (size_t i = 0; i < std::size(kOptions); i++) table.push_back(getopt_row(kOptions[i].name, i));
  for (const auto& alias : kAliases)
    for (size_t i = 0; i < std::size(kOptions); i++)
      if (std::string_view(kOptions[i].name) == alias.name)
        table.push_back(getopt_row(alias.abbreviation, i));
  table.push_back({});
  return table;
}

Reason wrong_usage(std::string detail) {
  return {.cause = Cause::wrong_usage, .detail = std::move(detail)};
}

Reason wrong_value(Text word, Text value, const char* expected) {
  return {.cause = Cause::bad_option,
          .detail = fmt::format("{} \"{}\": expected is {}", word, value, expected)};
}

std::string nearest_option(const std::string& word) {
  std::vector<std::string> shown;
  for (const auto& known : kOptions) shown.push_back(fmt::format("--{}", known.name));
  return did_you_mean(word.substr(0, word.find('=')), {shown.begin(), shown.end()});
}

// getopt_long says '?' for every mistake; this finds out which it was. `found` is its optopt.
Reason mistake(int found, const std::string& word) {
  if (found >= kFirst)
    return wrong_usage(fmt::format("--{} takes no value", kOptions[found - kFirst].name));
  if (found != 0)
    return wrong_usage(
        fmt::format("unknown option -{} (pppd's options that begin with - go behind --)",
                    static_cast<char>(found)));
  std::string_view stem = std::string_view(word).substr(2, word.find('=') - 2);
  std::string candidates;
  for (const auto& known : kOptions)
    if (std::string_view(known.name).starts_with(stem))
      candidates += fmt::format(" --{}", known.name);
  if (candidates.empty())
    return wrong_usage(fmt::format("unknown option {}{}", word, nearest_option(word)));
  return wrong_usage(fmt::format("option {} is ambiguous:{}", word, candidates));
}

std::optional<Reason> apply(Options& options, size_t index, const char* argument) {
  const Option& known = kOptions[index];
  std::string word = fmt::format("--{}", known.name);
  std::string value = argument ? argument : "";
  if (!known.set(options, value)) return wrong_value(word, value, known.expects);
  if (known.repeat) options.repeated.push_back(known.value ? word + "=" + value : word);
  return std::nullopt;
}

// HOST is the first word that is no option; the others are pppd's.
std::optional<Reason> take_operands(Options& options, std::vector<std::string> operands) {
  if (operands.empty()) return wrong_usage("no server is given");
  auto& host = options.call.server_name;
  if (!read_text(operands.front(), 1, kMaxChannelText, host))
    return wrong_value("the server", operands.front(), "a host name or an address");
  options.pppd_options.assign(std::next(operands.begin()), operands.end());
  return std::nullopt;
}

}  // namespace

std::variant<Options, Reason> parse_options(const std::vector<std::string>& words) {
  static const auto table = getopt_table();
  std::vector<char*> argv;
  for (const auto& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  int argc = static_cast<int>(words.size());

  Options options;
  std::vector<std::string> operands;
  optind = 0;  // forget an earlier parse (glibc)
  opterr = 0;
  // "-": operands are returned in their place, as 1, and POSIXLY_CORRECT in somebody's environment
  // does not make pppd's the options behind HOST. ":": a missing value is told from a mistake.
  for (int c; (c = getopt_long(argc, argv.data(), "-:", table.data(), nullptr)) != -1;) {
    if (c == 1) {
      operands.push_back(optarg);
    } else if (c == ':') {
      return wrong_usage(fmt::format("--{} needs a value", kOptions[optopt - kFirst].name));
    } else if (c == '?') {
      return mistake(optopt, words[static_cast<size_t>(optind - 1)]);
    } else {
      auto refused = apply(options, static_cast<size_t>(c - kFirst), optarg);
      if (refused) return *refused;
      if (options.action != Options::Action::dial) return options;
    }
  }
  operands.insert(operands.end(), words.begin() + optind, words.end());
  if (auto refused = take_operands(options, std::move(operands))) return *refused;
  return options;
}

std::string usage_text() {
  std::string text =
      "Usage:\n"
      "  pptp HOST [OPTIONS] [[--] PPPD-OPTIONS]       start pppd and let it dial HOST\n"
      "  pppd pty \"pptp HOST --nolaunchpppd [OPTIONS]\"  be started by pppd\n"
      "\n"
      "Options, before or behind HOST, in full or as far as they are unambiguous:\n";
  for (const auto& known : kOptions) {
    auto word = fmt::format("--{} {}", known.name, known.value ? known.value : "");
    text += fmt::format("  {:27} {}\n", word, known.help);
  }
  text +=
      "\nThis is Callgate's pptp. PPTP protects nothing against an attacker who can listen:\n"
      "MS-CHAPv2 and MPPE are broken. See pptp(8).\n";
  return text;
}

}  // namespace callgate
