// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/channel/gateway_settings.hh"

namespace callgate {
namespace {

constexpr uint32_t kMaxTimeout = 10'000;  // ms

bool is_text(const std::string& text) {
  return text.size() <= kMaxChannelText && text.find('\0') == text.npos;
}

bool valid(const LinkOptions& o) {
  return is_text(o.name) && o.mru >= kLeastMru && o.mtu >= kLeastMru && o.restart >= 1 &&
         o.max_configure >= 1 && o.max_failure >= 1 && (o.ipv4 || o.ipv6);
}

bool valid(const GatewaySettings& s) {
  return s.version == kGatewaySettingsVersion && (s.ipv4 || s.ipv6) && s.timeout >= 1 &&
         s.timeout <= kMaxTimeout && s.missing_window >= 1 && s.receive_window >= 1 &&
         is_text(s.log_name) && log::level_of(s.log_level) && s.test_type <= 3 &&
         s.test_rate >= 1 && (!s.link || valid(*s.link));
}

}  // namespace

Bytes encode(const GatewaySettings& settings) {
  Bytes record;
  Writer(record).put(settings);
  return record;
}

std::optional<GatewaySettings> parse_gateway_settings(ByteSpan record) {
  Reader reader(record);
  GatewaySettings settings;
  reader.get(settings);
  if (!reader.done() || !valid(settings)) return std::nullopt;
  return settings;
}

}  // namespace callgate
