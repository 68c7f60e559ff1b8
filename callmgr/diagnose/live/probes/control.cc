// SPDX-License-Identifier: GPL-2.0-or-later
// Does what listens there speak PPTP? A real Start-Control-Connection-Request (RFC 2637 section
// 2.1), and after its reply the end in order.
#include <fmt/format.h>
#include <poll.h>

#include <cstring>

#include "callmgr/diagnose/live/case.hh"
#include "callmgr/diagnose/live/child.hh"
#include "callmgr/diagnose/live/probes.hh"
#include "callmgr/diagnose/live/probes/control_answer.hh"
#include "common/wire/control_framer.hh"

namespace callgate::diagnose::live {
namespace {

constexpr Duration kPatience{3'000};  // for the reply
constexpr Duration kNudged{700};      // for what a server of lines of text says to an empty one
constexpr Duration kGoodbye{1'000};

void send_bytes(int fd, ByteSpan bytes) {
  // The socket's buffer is empty: it takes so few bytes at once, or the connection is gone, which
  // reading will show.
  if (send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT) < 0) return;
}

// Reads until it is known what answers, or the time is over.
void listen(int fd, ControlAnswer& answer, TimePoint deadline) {
  while (!answer.decided()) {
    pollfd waiting{fd, POLLIN, 0};
    if (poll(&waiting, 1, milliseconds_until(deadline)) <= 0) return;
    std::array<uint8_t, 4096> buffer;
    ssize_t size = recv(fd, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (size > 0)
      answer.received(ByteSpan(buffer).first(static_cast<size_t>(size)));
    else if (size == 0 || errno != EAGAIN)
      answer.closed(size < 0 ? errno : 0);
  }
}

// Stop-Control-Connection-Request, and its reply or the end of the connection (section 2.3).
void say_goodbye(int fd, ControlFramer& framer, TimePoint deadline) {
  send_bytes(fd, encode(StopControlConnectionRequest{}));
  while (true) {
    auto next = framer.next();
    if (auto* message = std::get_if<ControlMessage>(&next)) {
      if (std::holds_alternative<StopControlConnectionReply>(*message)) return;
      continue;
    }
    pollfd waiting{fd, POLLIN, 0};
    if (std::holds_alternative<Malformed>(next)) return;
    if (poll(&waiting, 1, milliseconds_until(deadline)) <= 0) return;
    std::array<uint8_t, 1024> buffer;
    ssize_t size = recv(fd, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (size <= 0) return;
    framer.push(ByteSpan(buffer).first(static_cast<size_t>(size)));
  }
}

}  // namespace

Result probe_control(Case& the_case) {
  UniqueFd connection = std::move(the_case.control);
  int fd = connection.get();
  ControlAnswer answer;
  StartControlConnectionRequest request;
  request.vendor.text = "callgate";
  send_bytes(fd, encode(request));
  listen(fd, answer, the_case.within(kPatience));
  if (!answer.decided()) {
    // A PPTP server that hangs does not mind any more; a web server answers this.
    static constexpr uint8_t kEmptyLines[] = {'\r', '\n', '\r', '\n'};
    send_bytes(fd, kEmptyLines);
    listen(fd, answer, the_case.within(kNudged));
  }
  auto result = judge(answer, kPatience);
  if (answer.reply()) say_goodbye(fd, answer.framer(), the_case.within(kGoodbye));
  return result;
}

}  // namespace callgate::diagnose::live
