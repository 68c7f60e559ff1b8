// SPDX-License-Identifier: GPL-2.0-or-later
// The stages of a PPTP connection, in the order in which a working one reaches them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace callgate::diagnose {

enum class Stage : uint8_t {
  none,           // no tunnel was started
  started,        // pppd or pptp runs
  control,        // TCP port 1723, Start-Control-Connection-Reply
  call,           // Outgoing-Call-Reply
  lcp_heard,      // a PPP packet was received: GRE passes in both directions
  lcp_up,         // both sides agreed on LCP
  authenticated,  // PAP, CHAP or EAP
  mppe,           // encryption is on; not every tunnel is encrypted
  ipcp,           // addresses
  ip_up,          // the interface is up, and /etc/ppp/ip-up ran
  routes,         // the tunnel's networks go through it; not every tunnel has networks
};
constexpr uint8_t kStages = static_cast<uint8_t>(Stage::routes) + 1;

std::string_view name(Stage stage);         // "lcp-up": for rules and JSON
std::string_view description(Stage stage);  // "both sides agreed on LCP"
std::optional<Stage> stage_of(std::string_view name);

}  // namespace callgate::diagnose
