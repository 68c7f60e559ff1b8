// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/control/dialer.hh"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include "common/system/os_error.hh"
#include "common/wire/control_message.hh"

namespace callgate {

std::string server_label(const std::string& name, const IpAddress& address) {
  auto text = address.text();
  return name.empty() || name == text ? text : fmt::format("{} ({})", name, text);
}

DialPlan DialPlan::from(const CallRequest& request) {
  return {.server_name = request.server_name,
          .servers = request.servers,
          .local_bind = request.local_bind,
          .device = request.device,
          .mark = request.mark,
          .host_route = request.host_route,
          .connect_timeout = Duration(request.connect_timeout)};
}

Dialer::Dialer(EventLoop& loop, DialPlan plan, Done done)
    : loop_(loop), plan_(std::move(plan)), done_(std::move(done)) {
  timed_out_ = loop_.timer([this] { failed(Cause::connect_timed_out, 0); });
  next_ = loop_.timer([this] {
    if (current_ < plan_.servers.size())
      try_address();
    else
      done_(last_failure_);
  });
}

void Dialer::start() {
  next_.start(Duration(0));
}

void Dialer::cancel() {
  next_.stop();
  timed_out_.stop();
  connecting_ = {};
  socket_.reset();
}

void Dialer::try_address() {
  try {
    open_socket();
  } catch (const OsError& error) {
    return failed(Cause::connect_failed, error.code().value());
  }
  connecting_ = loop_.on_writable(socket_.get(), [this] { answered(); });
  connecting_.start();
  timed_out_.start(plan_.connect_timeout);
}

void Dialer::open_socket() {
  socket_.reset(check(socket(server().af(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0),
                      "create a TCP socket"));
  int fd = socket_.get(), on = 1;
  check(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), "set TCP_NODELAY");
  if (plan_.mark)
    check(setsockopt(fd, SOL_SOCKET, SO_MARK, &plan_.mark, sizeof plan_.mark), "set the mark");
  if (!plan_.device.empty())
    check(setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, plan_.device.data(),
                     static_cast<socklen_t>(plan_.device.size())),
          "bind to {}", plan_.device);
  if (plan_.local_bind) {
    SocketAddress local(plan_.local_bind, 0);
    check(bind(fd, local.get(), local.length), "bind to {}", plan_.local_bind.text());
  }
  SocketAddress remote(server(), kPptpPort);
  if (connect(fd, remote.get(), remote.length) < 0 && errno != EINPROGRESS)
    throw OsError(errno, "connect to " + server().text());
}

void Dialer::answered() {
  connecting_.stop();
  timed_out_.stop();
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  // The server did not refuse: the connection was up for a moment, and the server reset it.
  if (error == ECONNRESET) return failed(Cause::control_closed, error);
  if (error) return failed(Cause::connect_failed, error);
  done_(take());
}

void Dialer::failed(Cause cause, int os_error) {
  last_failure_ = {.cause = cause,
                   .os_error = static_cast<uint32_t>(os_error),
                   .subject = server_label(plan_.server_name, server()),
                   .detail = seconds_text(plan_.connect_timeout)};
  if (failed_) failed_(last_failure_);
  current_++;
  cancel();
  next_.start(Duration(0));
}

Dialed Dialer::take() {
  SocketAddress local;
  getsockname(socket_.get(), local.get(), &local.length);
  return {std::move(socket_), server(), local.address().value_or(IpAddress{})};
}

}  // namespace callgate
