// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/link.hh"

#include <array>

namespace callgate::diagnose {
namespace {

struct LinkNames {
  std::string_view word, name;
};
constexpr std::array<LinkNames, 5> kLinks{{{"unknown", "unknown"},
                                           {"pptp", "PPTP"},
                                           {"pppoe", "PPPoE"},
                                           {"l2tp", "L2TP"},
                                           {"modem", "a modem"}}};

}  // namespace

std::string_view name(Link link) {
  return kLinks[static_cast<uint8_t>(link)].name;
}

std::optional<Link> link_of(std::string_view word) {
  for (uint8_t i = 1; i < kLinks.size(); i++)
    if (kLinks[i].word == word) return static_cast<Link>(i);
  return {};
}

}  // namespace callgate::diagnose
