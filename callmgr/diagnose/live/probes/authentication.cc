// SPDX-License-Identifier: GPL-2.0-or-later
// Can the server and the tunnel agree on an authentication? The server's LCP says it before a user
// is named.
#include <fmt/format.h>

#include "callmgr/diagnose/live/case.hh"
#include "callmgr/diagnose/live/faults.hh"
#include "callmgr/diagnose/live/probes.hh"

namespace callgate::diagnose::live {
namespace {

struct Method {
  Authentication authentication;
  const char* name;
  const char* refused_by;  // pppd's option
};

constexpr Method kMethods[] = {{kPap, "PAP (the password in clear text)", "refuse-pap"},
                               {kChapMd5, "CHAP with MD5", "refuse-chap"},
                               {kEap, "EAP", "refuse-eap"}};

std::string name_of(Authentication authentication) {
  for (const auto& method : kMethods)
    if (method.authentication == authentication) return method.name;
  if (authentication == kNoAuthentication) return "no authentication";
  if (authentication == kMsChap) return "MS-CHAP";
  if (authentication == kMsChapV2) return "MS-CHAPv2";
  return fmt::format("the authentication 0x{:06x}", authentication);
}

bool makes_keys(Authentication authentication) {
  return authentication == kMsChap || authentication == kMsChapV2;
}

// The option of the tunnel that this method does not satisfy; empty if there is none.
std::string forbids(const PeersFile& peers, Authentication authentication) {
  for (auto option : {"require-mppe", "require-mppe-40", "require-mppe-128"})
    if (peers.has_after(option, "nomppe")) return option;
  for (const auto& method : kMethods)
    if (method.authentication == authentication && peers.has(method.refused_by))
      return method.refused_by;
  return {};
}

}  // namespace

Result probe_authentication(Case& the_case) {
  auto [first, then] = the_case.authentications;
  if (!first) return unknown("no LCP request of the server has come");
  if (makes_keys(*first) || (then && makes_keys(*then)))
    return pass(fmt::format("the server takes {}", name_of(makes_keys(*first) ? *first : *then)));
  auto asked = name_of(*first);
  if (*first != kNoAuthentication && !then)
    return unknown(
        fmt::format("the server asks for {}; MS-CHAPv2 was proposed, and no answer came", asked));
  auto seen = fmt::format("the server asks for {}, and does not take MS-CHAPv2", asked);
  auto option = forbids(the_case.peers, *first);
  if (option.empty()) return pass(seen + ": no tunnel to it can be encrypted");
  return failure("server-without-mschap", fmt::format("{}; the tunnel has {}", seen, option), asked,
                 option);
}

}  // namespace callgate::diagnose::live
