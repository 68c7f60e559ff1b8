// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/ends.hh"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include <csignal>
#include <cstring>

#include "common/system/log.hh"
#include "common/system/os_error.hh"

namespace callgate {
namespace {

void set_nonblocking(int fd, const char* what) {
  int flags = check(fcntl(fd, F_GETFL), "use descriptor {} ({})", fd, what);
  check(fcntl(fd, F_SETFL, flags | O_NONBLOCK), "make descriptor {} ({}) non-blocking", fd, what);
}

// What a record means that is no message: nothing, or the end.
std::optional<Reason> end_of_channel(const Channel::Received& received) {
  if (std::holds_alternative<Channel::Closed>(received))
    return Reason{.cause = Cause::manager_died};
  if (std::holds_alternative<Channel::Invalid>(received) ||
      std::holds_alternative<Channel::Burdened>(received))
    return Reason{.cause = Cause::internal_error,
                  .os_error = EBADMSG,
                  .detail = "receive from the call manager"};
  return std::nullopt;
}

}  // namespace

Reason hung_up_by_pppd() {
  return {.cause = Cause::hung_up_locally,
          .detail = "pppd has closed its end of the pty (pppd may have shutdown, see pppd log)"};
}

std::optional<Reason> hung_up_by_signal(int signal) {
  if (signal != SIGTERM && signal != SIGINT && signal != SIGHUP) return std::nullopt;
  return Reason{.cause = Cause::hung_up_locally,
                .detail = fmt::format("received SIG{}", sigabbrev_np(signal))};
}

Ends::Ends() {
  set_nonblocking(kFromPppd, "from pppd");
  set_nonblocking(kToPppd, "to pppd");
  set_nonblocking(kChannel, "the call manager");
  check(fcntl(kChannel, F_SETFD, FD_CLOEXEC), "keep descriptor {} to ourselves", kChannel);
}

// The manager may have been replaced by a newer one in mid-call: what that asks for and we cannot
// do is left undone, and the call goes on.
void Ends::say_unknown(uint8_t tag) {
  if (std::exchange(unknown_said_, true)) return;
  log::warning(
      "the call manager sent a message that this pptp-gre does not know (type {}): ignored;"
      " is one of them newer?",
      tag);
}

// Before the call is up as well as later.
void Ends::set_log_level(const GatewayLogLevel& wanted) {
  if (auto level = log::level_of(wanted.level)) log::set_verbosity(*level);
  channel.send(GatewayLogLevel{static_cast<uint8_t>(log::verbosity()), wanted.asker});
}

std::variant<ChannelMessage, Reason> Ends::await_message() {
  while (true) {
    // Of pppd's data nothing is read before the call is up; a hang-up is reported all the same.
    std::array<pollfd, 4> fds{
        {{channel.fd(), POLLIN, 0}, {signals.fd(), POLLIN, 0}, {kFromPppd, 0, 0}, {kToPppd, 0, 0}}};
    if (poll(fds.data(), fds.size(), -1) < 0 && errno != EINTR) throw OsError(errno, "poll");
    auto heard = hear_manager();
    if (auto* message = std::get_if<ChannelMessage>(&heard)) return std::move(*message);
    if (auto* end = std::get_if<Reason>(&heard)) return std::move(*end);
    while (int signal = signals.take()) {
      if (signal == SIGUSR1) statistics_requested_ = true;
      if (auto end = hung_up_by_signal(signal)) return *end;
    }
    if (fds[2].revents || fds[3].revents) return hung_up_by_pppd();
  }
}

std::variant<std::monostate, ChannelMessage, Reason> Ends::hear_manager() {
  auto received = channel.receive();
  if (auto* message = std::get_if<ChannelMessage>(&received)) {
    if (auto* wanted = std::get_if<GatewayLogLevel>(message)) {
      set_log_level(*wanted);
      return {};
    }
    return std::move(*message);
  }
  if (auto* unknown = std::get_if<Channel::Unknown>(&received)) say_unknown(unknown->tag);
  if (auto end = end_of_channel(received)) return *end;
  return {};
}

void Ends::leave() {
  shutdown(channel.fd(), SHUT_WR);
  pollfd closed{channel.fd(), 0, 0};
  poll(&closed, 1, static_cast<int>(kLeave.count()));
}

}  // namespace callgate
