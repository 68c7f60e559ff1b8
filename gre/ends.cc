// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/ends.hh"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstring>

#include "common/channel/link_options.hh"
#include "common/system/log.hh"
#include "common/system/os_error.hh"

namespace callgate {
namespace {

void set_nonblocking(int fd, const char* what) {
  int flags = check(fcntl(fd, F_GETFL), "use descriptor {} ({})", fd, what);
  check(fcntl(fd, F_SETFL, flags | O_NONBLOCK), "make descriptor {} ({}) non-blocking", fd, what);
}

// What it means if there is no message: nothing, or the end of the call.
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

std::optional<Reason> hung_up_by_signal(int signal) {
  if (signal != SIGTERM && signal != SIGINT && signal != SIGHUP) return std::nullopt;
  return Reason{.cause = Cause::hung_up_locally,
                .detail = fmt::format("received SIG{}", sigabbrev_np(signal))};
}

}  // namespace

bool Ends::keeps_boundaries(int fd) {
  int type = SOCK_STREAM;
  socklen_t size = sizeof type;
  return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type != SOCK_STREAM;
}

Reason hung_up_by_pppd() {
  return {.cause = Cause::hung_up_locally,
          .detail = "pppd has closed its end of the pty (pppd may have shutdown, see pppd log)"};
}

Reason hung_up_by_tunnel() {
  return {.cause = Cause::hung_up_locally,
          .detail = "the process or the network interface of the tunnel has gone"};
}

Ends::Ends(bool without_pppd)
    : watch({without_pppd ? kGatewayTun : kFromPppdFd, without_pppd ? kGatewayLink : kToPppdFd,
             kChannelFd}),
      without_pppd_(without_pppd) {
  watch.add(signals_.fd());
  watch.want(kManager, POLLIN);
  watch.want(kUser, POLLIN);
  if (without_pppd) {
    set_nonblocking(kGatewayTun, "the network interface");
    set_nonblocking(kGatewayLink, "the process of the tunnel");
    set_nonblocking(kGatewaySecret, "the holder of the password");
  } else {
    set_nonblocking(kFromPppdFd, "from pppd");
    set_nonblocking(kToPppdFd, "to pppd");
  }
  set_nonblocking(kChannelFd, "the call manager");
  check(fcntl(kChannelFd, F_SETFD, FD_CLOEXEC), "keep descriptor {} to ourselves", kChannelFd);
}

// A newer manager may have taken over during the call. If it asks for something that we do not
// know, we do nothing, and the call goes on.
void Ends::say_unknown(uint8_t tag) {
  if (std::exchange(unknown_said_, true)) return;
  log::warning(
      "the call manager sent a message that this pptp-gre does not know (type {}): ignored."
      " They may be of different versions",
      tag);
}

void Ends::set_log_level(const GatewayLogLevel& wanted) {
  if (auto level = log::level_of(wanted.level)) log::set_verbosity(*level);
  channel.send(GatewayLogLevel{static_cast<uint8_t>(log::verbosity()), wanted.asker});
}

// pppd's data waits until the call is up, but its hang-up is seen at once.
std::variant<ChannelMessage, Reason> Ends::await_message() {
  while (true) {
    watch.wait(std::nullopt);
    auto heard = hear_manager();
    if (auto* message = std::get_if<ChannelMessage>(&heard)) return std::move(*message);
    if (auto* end = std::get_if<Reason>(&heard)) return std::move(*end);
    if (auto end = hear_user()) return *end;
    if (watch.ready(kFromPppd) || watch.ready(kToPppd))
      return without_pppd_ ? hung_up_by_tunnel() : hung_up_by_pppd();
  }
}

std::variant<std::monostate, ChannelMessage, Reason> Ends::hear_manager() {
  auto received = channel.receive();
  if (auto* message = std::get_if<ChannelMessage>(&received)) {
    if (auto* wanted = std::get_if<GatewayLogLevel>(message))
      set_log_level(*wanted);
    else if (std::holds_alternative<StatisticsRequest>(*message))
      statistics_owed_ = true;
    else
      return std::move(*message);
    return {};
  }
  if (auto* unknown = std::get_if<Channel::Unknown>(&received)) say_unknown(unknown->tag);
  if (auto end = end_of_channel(received)) return *end;
  return {};
}

std::optional<Reason> Ends::hear_user() {
  while (int signal = signals_.take()) {
    if (signal == SIGUSR1) dump_requested_ = true;
    // pppd has detached (updetach). Whoever started it may read our standard error up to its end.
    // The signal also comes if only a thread of the parent has exited.
    if (signal == kParentExited && getppid() != parent_) log::leave_stderr();
    if (auto end = hung_up_by_signal(signal)) return end;
  }
  return std::nullopt;
}

void Ends::report(const Statistics& statistics, Duration uptime) {
  statistics_owed_ = !channel.send(CallStatistics{.uptime = static_cast<uint64_t>(uptime.count()),
                                                  .values = values_of(statistics)});
}

void Ends::pause(Duration most) const {
  pollfd fds[]{{kFromPppdFd, 0, 0}, {signals_.fd(), POLLIN, 0}};
  poll(fds, std::size(fds), static_cast<int>(most.count()));
}

void Ends::leave() {
  shutdown(channel.fd(), SHUT_WR);
  pollfd closed{channel.fd(), 0, 0};
  poll(&closed, 1, static_cast<int>(kManagerHangsUp.count()));
}

}  // namespace callgate
