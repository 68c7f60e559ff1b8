// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/channel/channel_message.hh"

#include <algorithm>
#include <concepts>

#include "common/channel/tagged.hh"
#include "common/system/log.hh"

namespace callgate {
namespace {

// The range of each type of field, which holds in every message. A message with a field of a new
// type does not compile until its range is given here.
class FieldCheck {
 public:
  void operator()(const auto&... field) { ok_ = (ok_ && ... && in_range(field)); }
  bool ok() const { return ok_; }

 private:
  static bool in_range(std::unsigned_integral auto) { return true; }
  static bool in_range(CallId) { return true; }
  static bool in_range(const PppdProcess&) { return true; }
  static bool in_range(Cause cause) { return static_cast<size_t>(cause) < kCauses; }
  static bool in_range(const std::string& text) {
    return text.size() <= kMaxChannelText && text.find('\0') == text.npos;
  }
  static bool in_range(const IpAddress& address) {
    return address.family == IpFamily::none || static_cast<bool>(address);
  }
  static bool in_range(const std::vector<IpAddress>& addresses) {
    return addresses.size() <= kMaxServerAddresses &&
           std::all_of(addresses.begin(), addresses.end(), [](auto& a) { return in_range(a); });
  }
  static bool in_range(const std::vector<uint64_t>&) { return true; }  // at most 255
  static bool in_range(const std::vector<CapturedPacket>& packets) {
    return std::all_of(packets.begin(), packets.end(), [](auto& packet) {
      return static_cast<size_t>(packet.passage) < kPassages &&
             packet.bytes.size() <= kMaxCapturedPacket;
    });
  }
  static bool in_range(const Reason& reason) {
    FieldCheck check;
    Reason::fields(reason, check);
    return check.ok();
  }

  bool ok_ = true;
};

// What one message demands besides. There is a function for each message that demands anything.
bool acceptable(const CallRequest& m) {
  return !m.servers.empty() &&
         std::all_of(m.servers.begin(), m.servers.end(), [](auto& a) { return bool(a); }) &&
         m.connect_timeout != 0 && m.phone.size() <= 64 && m.client_hostname.size() <= 64;
}
bool acceptable(const CallAssigned& m) {
  return m.server && m.local;
}
bool acceptable(const LogLevelRequest& m) {
  return m.level == 0 || log::level_of(m.level);
}
bool acceptable(const LogLevelInfo& m) {
  return log::level_of(m.level).has_value();
}
bool acceptable(const GatewayLogLevel& m) {
  return m.level == 0 || log::level_of(m.level);
}
bool acceptable(const CaptureStarted& m) {
  return m.server && m.local && m.server.family == m.local.family;
}
template <typename Message>
bool acceptable(const Message&) {
  return true;
}

template <typename Message>
bool valid(const Message& message) {
  FieldCheck check;
  Message::fields(message, check);
  return check.ok() && acceptable(message);
}

template <size_t... I>
bool is_tag_of_any(uint8_t tag, std::index_sequence<I...>) {
  return ((tag == std::variant_alternative_t<I, ChannelMessage>::kTag) || ...);
}

}  // namespace

uint64_t nanoseconds_since_1970() {
  using namespace std::chrono;
  return static_cast<uint64_t>(
      duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count());
}

Bytes encode(const ChannelMessage& message) {
  Bytes out;
  Writer writer(out);
  put_tagged(writer, message);
  return out;
}

std::optional<ChannelMessage> parse_channel_message(ByteSpan record) {
  Reader reader(record);
  auto message = get_tagged<ChannelMessage>(reader, [](const auto& m) { return valid(m); });
  return reader.done() ? message : std::nullopt;
}

bool has_unknown_tag(ByteSpan record) {
  constexpr std::make_index_sequence<std::variant_size_v<ChannelMessage>> kAll;
  return !record.empty() && !is_tag_of_any(record[0], kAll);
}

}  // namespace callgate
