// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/channel_message.hh"

namespace callgate {
namespace {

bool valid(const IpAddress& a) {
  return a.family == IpFamily::none || static_cast<bool>(a);
}
bool valid(const std::string& text) {
  return text.size() <= kMaxChannelText && text.find('\0') == text.npos;
}

// Ranges that the field lists cannot express. One function per message that has any.
bool valid(const CallRequest& m) {
  if (m.servers.empty() || m.servers.size() > kMaxServerAddresses || m.connect_timeout == 0)
    return false;
  for (const auto& server : m.servers)
    if (!server) return false;
  return valid(m.local_bind) && valid(m.server_name) && valid(m.device) && m.phone.size() <= 64 &&
         valid(m.phone) && m.client_hostname.size() <= 64 && valid(m.client_hostname) &&
         valid(m.log_name);
}
bool valid(const CallAssigned& m) {
  return m.server && m.local;
}
bool valid(const CallEnded& m) {
  return static_cast<size_t>(m.reason.cause) < kCauses && valid(m.reason.subject) &&
         valid(m.reason.detail);
}
bool valid(const ConnectionInfo& m) {
  return valid(m.server) && valid(m.local);
}
bool valid(const HangUpRequest& m) {
  return valid(m.server);
}
template <typename T>
bool valid(const T&) {
  return true;
}

template <size_t I = 0>
std::optional<ChannelMessage> parse_tagged(uint8_t tag, Reader& reader) {
  if constexpr (I < std::variant_size_v<ChannelMessage>) {
    using Message = std::variant_alternative_t<I, ChannelMessage>;
    if (tag != Message::kTag) return parse_tagged<I + 1>(tag, reader);
    Message message;
    reader.get(message);
    if (!reader.done() || !valid(message)) return std::nullopt;
    return message;
  }
  return std::nullopt;
}

}  // namespace

Bytes encode(const ChannelMessage& message) {
  Bytes out;
  Writer writer(out);
  std::visit(
      [&](const auto& m) {
        writer.put(m.kTag);
        writer.put(m);
      },
      message);
  return out;
}

std::optional<ChannelMessage> parse_channel_message(ByteSpan record) {
  Reader reader(record);
  uint8_t tag = 0;
  reader.get(tag);
  if (!reader.ok()) return std::nullopt;
  return parse_tagged(tag, reader);
}

}  // namespace callgate
