// SPDX-License-Identifier: GPL-2.0-or-later
// What pptp tells the pptp-gre that it becomes. pptp writes the record to a pipe before the exec,
// and pptp-gre reads it from descriptor 4. It does not travel on the channel, whose other end is
// the call manager. Anyone who may execute pptp-gre can write it: it is parsed as hostile input.
#pragma once

#include <optional>

#include "common/channel/channel_message.hh"
#include "common/channel/link_options.hh"
#include "common/system/log.hh"

namespace callgate {

// Descriptors of pptp-gre, set up by pptp.
constexpr int kGatewayChannel = 3, kGatewaySettings = 4;
constexpr int kGatewayReport = 5;  // if settings.reports

// All fields at their maximum fit into a pipe.
constexpr size_t kMaxGatewaySettings = 4096;  // bytes

// Both programs are of one package, so this version does not follow that of the channel.
constexpr uint16_t kGatewaySettingsVersion = 4;

struct GatewaySettings {
  uint16_t version = kGatewaySettingsVersion;
  bool ipv4 = false, ipv6 = false;  // families of the server's addresses
  uint32_t mark = 0;                // SO_MARK, 0 = none; believed only if root wrote it
  uint32_t timeout = 300;           // ms that an early packet waits for the ones before it
  bool buffer = true;               // false: no reordering at all
  uint32_t missing_window = 300;    // packets ahead of the expected one that are still believed
  uint16_t receive_window = 64;     // packets, as announced in the Outgoing-Call-Request
  bool transmit_window = false;     // keep to the server's window
  bool sync = false;                // no framing on the pty
  std::string log_name;             // --logstring
  uint8_t log_level = static_cast<uint8_t>(log::Level::notice);
  uint32_t test_type = 0;           // 0 = right order
  uint32_t test_rate = 100;         // packets from one disorder to the next
  bool reports = false;             // --evidence-fd: see call_report.hh
  std::optional<LinkOptions> link;  // --ppp builtin; nullopt: pppd speaks PPP

  log::Level verbosity() const { return log::Level{log_level}; }

  static void fields(auto& m, auto& codec) {
    codec(m.version, m.ipv4, m.ipv6, m.mark, m.timeout, m.buffer, m.missing_window,
          m.receive_window, m.transmit_window, m.sync, m.log_name, m.log_level, m.test_type,
          m.test_rate, m.reports, m.link);
  }
  bool operator==(const GatewaySettings&) const = default;
};

Bytes encode(const GatewaySettings& settings);

// Returns nullopt for a record of another version, one that is too short or too long, and one with
// a value outside its range.
std::optional<GatewaySettings> parse_gateway_settings(ByteSpan record);

}  // namespace callgate
