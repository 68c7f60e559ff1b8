// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/resolve.hh"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "common/channel_message.hh"

namespace callgate {

std::vector<IpAddress> usable_addresses(const addrinfo* answer, IpFamily family) {
  std::vector<IpAddress> addresses;
  for (; answer && addresses.size() < kMaxServerAddresses; answer = answer->ai_next) {
    auto address = IpAddress::from(answer->ai_addr);
    if (!address || (family != IpFamily::none && address->family != family)) continue;
    if (std::find(addresses.begin(), addresses.end(), *address) == addresses.end())
      addresses.push_back(*address);
  }
  return addresses;
}

// No AI_ADDRCONFIG: glibc does not count loopback addresses, and would find "127.0.0.1" to have no
// address in a namespace that has nothing else. An address that cannot be reached costs one
// connect() that fails at once.
std::variant<std::vector<IpAddress>, Reason> resolve(const std::string& name, IpFamily family) {
  Reason reason{.cause = Cause::name_not_resolved, .subject = name};
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* answer = nullptr;
  int error = getaddrinfo(name.c_str(), nullptr, &hints, &answer);
  if (error != 0) {
    reason.detail = error == EAI_SYSTEM ? std::strerror(errno) : gai_strerror(error);
    return reason;
  }
  std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(answer, freeaddrinfo);
  auto addresses = usable_addresses(answer, family);
  if (!addresses.empty()) return addresses;
  reason.detail = fmt::format("it has no IPv{} address, and --localbind is one",
                              family == IpFamily::v6 ? 6 : 4);
  return reason;
}

}  // namespace callgate
