// SPDX-License-Identifier: GPL-2.0-or-later
// Does the program that listens there speak PPTP? Sends a Start-Control-Connection-Request (RFC
// 2637 section 2.1), and ends the connection in order after the reply.
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

constexpr Duration kReplyWithin{3'000};
constexpr Duration kTextWithin{700};  // the answer of a text-based server to an empty line
constexpr Duration kGoodbye{1'000};

void send_bytes(int fd, ByteSpan bytes) {
  // The socket's buffer is empty, so it has room for these few bytes. If the connection is gone,
  // reading will show it.
  if (send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT) < 0) return;
}

// Reads until it is known what answers, or until the deadline.
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

// Sends Stop-Control-Connection-Request, and waits for the reply or the end of the connection
// (section 2.3).
void say_goodbye(int fd, ControlFramer& framer, TimePoint deadline) {
  send_bytes(fd, encode(StopControlConnectionRequest{}));
  while (true) {
    auto next = framer.next();
    if (auto* message = std::get_if<ControlMessage>(&next)) {
      if (std::holds_alternative<StopControlConnectionReply>(*message)) return;
      continue;
    }
    if (std::holds_alternative<UnknownMessage>(next)) continue;
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
  listen(fd, answer, the_case.within(kReplyWithin));
  if (!answer.decided()) {
    // This does no harm to a PPTP server that hangs, and a web server answers it.
    static constexpr uint8_t kEmptyLines[] = {'\r', '\n', '\r', '\n'};
    send_bytes(fd, kEmptyLines);
    listen(fd, answer, the_case.within(kTextWithin));
  }
  auto result = judge(answer, kReplyWithin);
  if (answer.reply()) say_goodbye(fd, answer.framer(), the_case.within(kGoodbye));
  return result;
}

}  // namespace callgate::diagnose::live
