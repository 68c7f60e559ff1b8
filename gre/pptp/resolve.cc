// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/pptp/resolve.hh"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <future>
#include <memory>
#include <thread>

#include "common/channel/channel_message.hh"
#include "common/system/os_error.hh"
#include "common/system/unique_fd.hh"

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

// AI_ADDRCONFIG is not set, because glibc ignores loopback addresses then: in a namespace that has
// no others, "127.0.0.1" would have no address. An address that cannot be reached costs only one
// connect(), which fails at once.
Resolved resolve(const std::string& name, IpFamily family) {
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

std::optional<Resolved> resolve_while_open(int fd, std::string name, IpFamily family) {
  std::promise<Resolved> promise;
  auto answer = promise.get_future();
  UniqueFd answered(check(eventfd(0, EFD_CLOEXEC), "create an event descriptor"));
  std::thread asking([promise = std::move(promise), name = std::move(name), family,
                      event = answered.get()]() mutable {
    promise.set_value(resolve(name, family));
    eventfd_write(event, 1);
  });
  std::array<pollfd, 2> fds{{{answered.get(), POLLIN, 0}, {fd, 0, 0}}};
  while (poll(fds.data(), fds.size(), -1) < 0 && errno == EINTR) {
  }
  if (fds[0].revents) {
    asking.join();
    return answer.get();
  }
  (void)answered.release();  // the thread still uses this number
  asking.detach();
  return std::nullopt;
}

}  // namespace callgate
