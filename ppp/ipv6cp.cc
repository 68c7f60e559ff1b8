// SPDX-License-Identifier: GPL-2.0-or-later
#include "ppp/ipv6cp.hh"

namespace callgate::ppp {
namespace {

constexpr uint8_t kInterfaceId = 1;

}  // namespace

Options Ipv6cpPolicy::wanted() const {
  return {option(kInterfaceId, local_)};
}

Judgement Ipv6cpPolicy::judge(const Option& theirs) const {
  if (theirs.type != kInterfaceId) return Refuse{};
  auto id = whole<InterfaceId>(theirs);
  if (!id) return Refuse{};
  // The other side has none, or has ours: one that differs from ours is suggested.
  if (*id == 0 || *id == local_) return Suggest{option(kInterfaceId, local_ ^ 1)};
  return Acceptable{};
}

void Ipv6cpPolicy::accept(const Options& theirs) {
  agreement_.remote = 0;
  for (const Option& option : theirs) agreement_.remote = *whole<InterfaceId>(option);
}

void Ipv6cpPolicy::suggested(const Option& option) {
  if (option.type != kInterfaceId) return;
  if (auto id = whole<InterfaceId>(option); id && *id != 0) local_ = *id;
}

void Ipv6cpPolicy::rejected(const Option& option) {
  if (option.type == kInterfaceId) hopeless_ = "the server knows no interface identifier";
}

}  // namespace callgate::ppp
