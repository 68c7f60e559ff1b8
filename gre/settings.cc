// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/settings.hh"

#include <fmt/format.h>
#include <getopt.h>

#include <charconv>
#include <optional>

#include "common/channel/channel_message.hh"

namespace callgate {
namespace {

constexpr uint32_t kMaxTimeout = 10'000;  // ms

enum Option : int {
  kIpv4 = 256,
  kIpv6,
  kMark,
  kDevice,
  kTimeout,
  kSync,
  kNobuffer,
  kMissingWindow,
  kReceiveWindow,
  kTransmitWindow,
  kLogstring,
  kLoglevel,
  kTestType,
  kTestRate,
};

constexpr option kOptions[] = {
    {"ipv4", no_argument, nullptr, kIpv4},
    {"ipv6", no_argument, nullptr, kIpv6},
    {"mark", required_argument, nullptr, kMark},
    {"device", required_argument, nullptr, kDevice},
    {"timeout", required_argument, nullptr, kTimeout},
    {"sync", no_argument, nullptr, kSync},
    {"nobuffer", no_argument, nullptr, kNobuffer},
    {"missing-window", required_argument, nullptr, kMissingWindow},
    {"receive-window", required_argument, nullptr, kReceiveWindow},
    {"transmit-window", no_argument, nullptr, kTransmitWindow},
    {"logstring", required_argument, nullptr, kLogstring},
    {"loglevel", required_argument, nullptr, kLoglevel},
    {"test-type", required_argument, nullptr, kTestType},
    {"test-rate", required_argument, nullptr, kTestRate},
    {nullptr, 0, nullptr, 0},
};

Reason wrong_usage(std::string what) {
  return {.cause = Cause::wrong_usage,
          .detail = "pptp-gre: " + std::move(what) + " (it is started by pptp)"};
}

// The number that is the whole of the text, if it is in the range.
std::optional<uint32_t> number(std::string_view text, uint32_t least, uint32_t most) {
  uint32_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (value < least || value > most) return std::nullopt;
  return value;
}

// Stores a number into a field of its own width; false if it is none or out of range.
template <typename T>
bool store(T& field, const char* text, uint32_t least, uint32_t most) {
  auto value = number(text, least, most);
  if (value) field = static_cast<T>(*value);
  return value.has_value();
}

log::Level verbosity(uint32_t loglevel) {
  if (loglevel == 0) return log::Level::warning;
  return loglevel == 1 ? log::Level::notice : log::Level::debug;
}

bool apply(GatewaySettings& s, int option, const char* text) {
  uint32_t value = 0;
  switch (option) {
    case kIpv4: return s.ipv4 = true;
    case kIpv6: return s.ipv6 = true;
    case kMark: return store(s.socket.mark, text, 0, UINT32_MAX);
    case kDevice: s.socket.device = text; return true;
    case kTimeout:
      if (!store(value, text, 1, kMaxTimeout)) return false;
      s.window.timeout = Duration(value);
      return true;
    case kSync: return s.sync = true;
    case kNobuffer: s.window.buffering = false; return true;
    case kMissingWindow: return store(s.window.missing, text, 1, UINT32_MAX);
    case kReceiveWindow: return store(s.receive_window, text, 1, UINT16_MAX);
    case kTransmitWindow: return s.transmit_window = true;
    case kLogstring: s.log_name = text; return true;
    case kLoglevel:
      if (!store(value, text, 0, 2)) return false;
      s.verbosity = verbosity(value);
      return true;
    case kTestType: return store(s.test.type, text, 0, 3);
    case kTestRate: return store(s.test.rate, text, 1, UINT32_MAX);
    default: return false;
  }
}

}  // namespace

std::variant<GatewaySettings, Reason> parse_gateway_settings(int argc, char* const* argv) {
  GatewaySettings settings;
  settings.receive_window = CallRequest().receive_window;
  opterr = 0;  // one line, and it is ours
  for (int option; (option = getopt_long(argc, argv, "", kOptions, nullptr)) != -1;)
    if (!apply(settings, option, optarg ? optarg : ""))
      return wrong_usage(
          fmt::format("{}: unknown option, or a value it cannot have", argv[optind - 1]));
  if (optind < argc) return wrong_usage(fmt::format("{}: no such argument", argv[optind]));
  if (!settings.ipv4 && !settings.ipv6) return wrong_usage("neither --ipv4 nor --ipv6 is given");
  return settings;
}

}  // namespace callgate
