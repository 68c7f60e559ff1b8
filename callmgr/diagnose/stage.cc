// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/stage.hh"

#include <array>

namespace callgate::diagnose {
namespace {

struct StageRow {
  std::string_view name, description;
};
constexpr std::array<StageRow, kStages> kRows{{
    {"none", "nothing was started"},
    {"started", "pppd and pptp were started"},
    {"control", "the server accepted the control connection (TCP port 1723)"},
    {"call", "the server accepted the call"},
    {"lcp-heard", "the server's PPP packets arrive (GRE, IP protocol 47)"},
    {"lcp-up", "both sides agreed on the link (LCP)"},
    {"authenticated", "the server accepted the user name and the password"},
    {"mppe", "encryption is on (MPPE)"},
    {"ipcp", "both sides have an address (IPCP)"},
    {"ip-up", "the interface is up"},
    {"routes", "the tunnel's networks go through it"},
}};

}  // namespace

std::string_view name(Stage stage) {
  return kRows[static_cast<uint8_t>(stage)].name;
}
std::string_view description(Stage stage) {
  return kRows[static_cast<uint8_t>(stage)].description;
}
std::optional<Stage> stage_of(std::string_view name) {
  for (uint8_t i = 0; i < kStages; i++)
    if (kRows[i].name == name) return static_cast<Stage>(i);
  return {};
}

}  // namespace callgate::diagnose
