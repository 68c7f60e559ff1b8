// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/pptp/reach_manager.hh"

#include <poll.h>

#include <cstdlib>
#include <filesystem>

#include "common/system/os_error.hh"

namespace callgate {
namespace {

constexpr int kTries = 3;  // a manager may exit just when we connect

struct Greeted {
  Channel channel;
  std::string socket;
  uint64_t network_namespace;
};
using Greeting = std::variant<Greeted, Reason>;

Reason unreachable(const std::string& socket, int error, std::string attempted) {
  return {.cause = Cause::manager_unreachable,
          .os_error = static_cast<uint32_t>(error),
          .subject = socket,
          .detail = std::move(attempted)};
}

Reason refused(std::string detail) {
  return {.cause = Cause::manager_refused, .detail = std::move(detail)};
}

bool readable(int fd, Duration timeout) {
  TimePoint deadline = Clock::now() + timeout;
  pollfd wait{.fd = fd, .events = POLLIN, .revents = 0};
  for (;;) {
    auto left = std::chrono::duration_cast<Duration>(deadline - Clock::now());
    if (left.count() <= 0) return false;
    int ready = poll(&wait, 1, static_cast<int>(left.count()));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) throw OsError(errno, "wait for the call manager's welcome");
  }
}

// Returns nullopt if the manager has exited before it sent anything.
std::optional<Greeting> await_welcome(Channel channel, const std::string& socket,
                                      Duration timeout) {
  if (!readable(channel.fd(), timeout))
    return unreachable(socket, ETIMEDOUT, "wait for its welcome");
  auto received = channel.receive();
  if (std::holds_alternative<Channel::Closed>(received)) return std::nullopt;
  auto* message = std::get_if<ChannelMessage>(&received);
  if (!message) return refused("what listens at " + socket + " is not a call manager of ours");
  if (auto* ended = std::get_if<CallEnded>(message)) return ended->reason;
  auto* welcome = std::get_if<Welcome>(message);
  if (!welcome) return refused("it did not begin with a welcome");
  if (welcome->version != kChannelVersion)
    return refused(
        fmt::format("it speaks version {}, pptp speaks {}", welcome->version, kChannelVersion));
  return Greeted{std::move(channel), socket, welcome->network_namespace};
}

Greeting greet_at(const ManagerPlace& place, const std::string& socket) {
  for (int i = 0; i < kTries; i++) {
    auto greeting =
        await_welcome(connect_or_start(socket, place.program), socket, place.welcome_timeout);
    if (greeting) return std::move(*greeting);
  }
  return unreachable(socket, ECONNRESET, fmt::format("connect {} times", kTries));
}

Greeting greet(const ManagerPlace& place, const std::string& socket) try {
  return greet_at(place, socket);
} catch (const OsError& failure) {
  return unreachable(socket, failure.code().value(), failure.attempted());
}

}  // namespace

ManagerPlace manager_place() {
  // The path is absolute, because the manager works in /.
  ManagerPlace place{.socket = std::filesystem::absolute(callmgr_socket_path())};
  const char* named = std::getenv("PPTP_CALLMGR_SOCKET");
  place.fixed = named && *named;
  return place;
}

std::string socket_of_namespace(const std::string& socket, uint64_t network_namespace) {
  auto directory = socket.substr(0, socket.rfind('/') + 1);
  return fmt::format("{}callmgr-{}.sock", directory, network_namespace);
}

std::variant<Channel, Reason> reach_manager(const ManagerPlace& place) {
  auto greeting = greet(place, place.socket);
  uint64_t ours = network_namespace();
  auto* greeted = std::get_if<Greeted>(&greeting);
  if (greeted && greeted->network_namespace != ours && !place.fixed) {
    greeting = greet(place, socket_of_namespace(greeted->socket, ours));
    greeted = std::get_if<Greeted>(&greeting);
  }
  if (!greeted) return std::get<Reason>(greeting);
  if (greeted->network_namespace != ours)
    return Reason{.cause = Cause::other_namespace, .subject = greeted->socket};
  return std::move(greeted->channel);
}

}  // namespace callgate
