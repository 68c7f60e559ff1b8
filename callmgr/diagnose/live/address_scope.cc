// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/live/address_scope.hh"

#include <algorithm>

#include "callmgr/diagnose/live/filter/packet_filter.hh"

namespace callgate::diagnose::live {
namespace {

struct Prefix {
  const char* address;
  unsigned length;
};

// RFC 1918, RFC 6598 (addresses inside the NAT of a provider), RFC 3927, RFC 4193, loopback.
constexpr Prefix kPrivate[] = {{"10.0.0.0", 8},    {"172.16.0.0", 12},  {"192.168.0.0", 16},
                               {"100.64.0.0", 10}, {"169.254.0.0", 16}, {"127.0.0.0", 8},
                               {"fc00::", 7},      {"fe80::", 10},      {"::1", 128}};

}  // namespace

bool is_private(const IpAddress& address) {
  return std::any_of(std::begin(kPrivate), std::end(kPrivate), [&](const Prefix& prefix) {
    return address_is(address, prefix.address, prefix.length) == Match::yes;
  });
}

}  // namespace callgate::diagnose::live
