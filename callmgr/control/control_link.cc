// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/control/control_link.hh"

#include <sys/socket.h>

#include "common/system/log.hh"
#include "common/system/os_error.hh"

namespace callgate {
namespace {

// How many messages are logged on one connection: then they are no news any more, or the server
// means to fill the log.
constexpr unsigned kEchoesLogged = 10, kOthersLogged = 1000;  // of each type

// Messages that pptp-linux logs in words of its own: log readers know these.
std::string heard_text(const ControlMessage& message) {
  switch (type_of(message)) {
    case ControlType::start_control_connection_reply:
      return "Received Start Control Connection Reply";
    case ControlType::outgoing_call_reply: return "Received Outgoing Call Reply.";
    case ControlType::echo_request: return "Echo Request received.";
    case ControlType::echo_reply: return "Echo Reply received.";
    case ControlType::call_disconnect_notify:
      return fmt::format("Call disconnect notification received (call id {})",
                         value(std::get<CallDisconnectNotify>(message).call_id));
    case ControlType::set_link_info:
      return fmt::format("PPTP_SET_LINK_INFO received from peer_callid {}",
                         value(std::get<SetLinkInfo>(message).peer_call_id));
    default: return fmt::format("Received {}", name(type_of(message)));
  }
}

std::string codes_text(std::string_view result_word, const auto& message) {
  return fmt::format("Result code is {} '{}'. Error code is {}, Cause code is {}", message.result,
                     result_word, message.error, message.cause);
}

// What pptp-linux adds to that, a line each.
std::vector<std::string> remarks(const Heard& heard) {
  std::vector<std::string> lines;
  if (heard.reserved0 != 0)
    lines.push_back(
        fmt::format("reserved0 field is not zero! (0x{:x}) Cisco feature?", heard.reserved0));
  if (auto* reply = std::get_if<OutgoingCallReply>(&heard.message); reply && reply->result != 1) {
    lines.push_back(fmt::format("Our outgoing call request [callid {}] has not been accepted.",
                                value(reply->peer_call_id)));
    lines.push_back(codes_text(ocrp_result(reply->result), *reply));
  } else if (auto* notify = std::get_if<CallDisconnectNotify>(&heard.message)) {
    lines.push_back(codes_text(disconnect_result(notify->result), *notify));
  }
  return lines;
}

bool is_echo(const ControlMessage& message) {
  auto type = type_of(message);
  return type == ControlType::echo_request || type == ControlType::echo_reply;
}

unsigned most_logged(const ControlMessage& message) {
  return is_echo(message) ? kEchoesLogged : kOthersLogged;
}

}  // namespace

ControlLink::ControlLink(EventLoop& loop, HostRoutes& routes, Settings settings, Owner& owner)
    : loop_(loop),
      settings_(std::move(settings)),
      owner_(owner),
      control_(settings_.control),
      dialer_(loop, routes, settings_.plan, [this](auto result) { dialed(std::move(result)); }) {
  timer_ = loop_.timer([this](short) { carry_out(control_.tick(Clock::now())); });
}

void ControlLink::dialed(std::variant<Dialed, Reason> result) {
  if (auto* reason = std::get_if<Reason>(&result)) return carry_out(control_.abort(*reason));
  dialed_ = std::get<Dialed>(std::move(result));
  settings_.control.server = server_label(settings_.plan.server_name, dialed_.server);
  control_ = ControlConnection(settings_.control);
  watch();
  carry_out(control_.connected(Clock::now()));
}

void ControlLink::watch() {
  int fd = dialed_.socket.get();
  readable_ = loop_.on_fd(fd, EV_READ, [this](short) { readable(); });
  writable_ = loop_.on_fd(fd, EV_WRITE, [this](short) { flush(); });
  readable_.start();
}

void ControlLink::readable() {
  std::array<uint8_t, 4096> buffer;
  ssize_t size = recv(dialed_.socket.get(), buffer.data(), buffer.size(), 0);
  auto now = Clock::now();
  if (size > 0) {
    auto bytes = ByteSpan(buffer).first(static_cast<size_t>(size));
    if (tap_)
      tap_->push(bytes, [this](ByteSpan message) {
        owner_.control_passed(*this, Passage::control_received, message);
      });
    return carry_out(control_.received(bytes, now));
  }
  if (size == 0 && reset_) return carry_out(control_.disconnected(ECONNRESET, now));
  if (size == 0) {
    log::notice("{}: read returned zero, peer has closed", settings_.control.server);
    return carry_out(control_.disconnected(0, now));
  }
  if (errno != EAGAIN && errno != EINTR) carry_out(control_.disconnected(errno, now));
}

// --- what the owner asks for -----------------------------------------------------------------

void ControlLink::request_call(const CallParameters& call) {
  carry_out(control_.request_call(call, Clock::now()));
}

void ControlLink::set_link_info(CallId call, const LinkInfo& info) {
  carry_out(control_.set_link_info(call, info.send_accm, info.receive_accm));
}

void ControlLink::clear_call(CallId call) {
  carry_out(control_.clear_call(call, Clock::now()));
}

void ControlLink::stop() {
  carry_out(control_.stop(Clock::now()));
}

void ControlLink::stop_when_idle() {
  stopping_ = true;
  if (control_.calls().empty()) stop();
}

void ControlLink::tap(bool on) {
  if (!on)
    tap_.reset();
  else if (!tap_)
    tap_.emplace(control_.incomplete());
}

uint16_t ControlLink::local_port() const {
  SocketAddress own;
  if (!dialed_.socket || getsockname(socket(), own.get(), &own.length) < 0) return 0;
  return own.port();
}

// --- steps -----------------------------------------------------------------------------------

void ControlLink::carry_out(Steps steps) {
  for (const auto& step : steps) std::visit([this](const auto& s) { take(s); }, step);
  note_state();
  reschedule();
  if (stopping_ && control_.calls().empty() &&
      control_.state() == ControlConnection::State::established)
    stop();
}

void ControlLink::take(const Send& step) {
  Bytes bytes = encode(step.message);
  unsent_.insert(unsent_.end(), bytes.begin(), bytes.end());
  if (tap_) owner_.control_passed(*this, Passage::control_sent, bytes);
  log_message("Sent", step.message);
  flush();
}

void ControlLink::take(const Heard& step) {
  bool news = logged(step.message) < most_logged(step.message);
  log_message("Received", step.message);
  if (!news) return;
  for (const auto& text : remarks(step)) log::notice("{}: {}", settings_.control.server, text);
}

void ControlLink::take(const Unexpected& step) {
  if (logged(step.message) < most_logged(step.message))
    log::warning("{}: {} makes no sense now: ignored", settings_.control.server,
                 name(type_of(step.message)));
}

void ControlLink::take(const Established&) {
  const auto& peer = control_.peer();
  log::write(
      log::Level::notice,
      fmt::format("{}: Client connection established. Server is '{}', vendor '{}', firmware"
                  " {}, maximum channels {}",
                  settings_.control.server, printable(peer.host_name.text),
                  printable(peer.vendor.text), peer.firmware_revision, peer.maximum_channels),
      {{"PPTP_SERVER", settings_.control.server}});
  owner_.link_established(*this);
}

void ControlLink::take(const CallUp& step) {
  log::write(log::Level::notice,
             fmt::format("{}: Outgoing call established (call ID {}, peer's call ID {}).",
                         settings_.control.server, value(step.call_id), value(step.reply.call_id)),
             {{"PPTP_SERVER", settings_.control.server},
              {"PPTP_CALL_ID", std::to_string(value(step.call_id))},
              {"PPTP_PEER_CALL_ID", std::to_string(value(step.reply.call_id))}});
  owner_.call_up(*this, step.call_id, step.reply);
}

void ControlLink::take(const CallOver& step) {
  log::write(log::Level::notice,
             fmt::format("call {} ended: {}", value(step.call_id), line(step.reason)),
             {{"PPTP_SERVER", settings_.control.server},
              {"PPTP_CALL_ID", std::to_string(value(step.call_id))},
              {"PPTP_REASON", std::string(name(step.reason.cause))}});
  owner_.call_over(*this, step.call_id, step.reason);
}

void ControlLink::take(const Close& step) {
  dialer_.cancel();
  readable_ = {};
  writable_ = {};
  log::notice("{}: Closing PPTP connection: {}", settings_.control.server, sentence(step.reason));
  dialed_.socket.reset();  // the kernel still delivers what was sent
  dialed_.route = {};
  owner_.link_closed(*this, step.reason);
}

void ControlLink::flush() {
  while (dialed_.socket && !unsent_.empty()) {
    ssize_t size = send(dialed_.socket.get(), unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
    if (size < 0) {
      if (errno == ECONNRESET) reset_ = true;  // said once: later there is only an end
      break;
    }
    unsent_.erase(unsent_.begin(), unsent_.begin() + size);
  }
  if (!dialed_.socket) return;
  if (unsent_.empty()) return writable_.stop();
  writable_.start();
}

void ControlLink::note_state() {
  if (control_.state() == noted_) return;
  log::debug("{}: control connection {}: {} -> {}", settings_.control.server, settings_.id,
             name(noted_), name(control_.state()));
  noted_ = control_.state();
}

void ControlLink::reschedule() {
  // A server that sends requests and never reads the replies.
  if (unsent_.size() > kMaxUnsent && control_.state() != ControlConnection::State::closed) {
    Reason reason{.cause = Cause::lost_protocol, .subject = settings_.control.server};
    reason.detail = "it does not read what we send";
    return carry_out(control_.abort(reason));
  }
  timer_.stop();
  if (auto deadline = control_.deadline())
    // Rounded up, or the timer would fire a moment before the deadline, again and again.
    timer_.start(std::chrono::ceil<Duration>(*deadline - Clock::now()));
}

// --- handover --------------------------------------------------------------------------------

void ControlLink::leave(handover::Records& records) const {
  constexpr size_t kPiece = 32'768;  // bytes
  ByteSpan incomplete = control_.incomplete();
  records.push_back(
      handover::LinkState{.id = settings_.id,
                          .shared = settings_.shared,
                          .stopping = stopping_,
                          .holds_route = holds_route(),
                          .log_name = settings_.log_name,
                          .plan = settings_.plan,
                          .settings = settings_.control,
                          .socket = dialed_.socket ? handover::inode(socket()) : 0,
                          .server = dialed_.server,
                          .local = dialed_.local,
                          .created = created_,
                          .logged = {logged_.begin(), logged_.end()},
                          .incomplete = std::string(incomplete.begin(), incomplete.end()),
                          .control = control_});
  for (const auto& [id, call] : control_.calls())
    records.push_back(handover::CallState{settings_.id, call});
  for (size_t at = 0; at < unsent_.size(); at += kPiece) {
    auto piece = ByteSpan(unsent_).subspan(at, std::min(kPiece, unsent_.size() - at));
    records.push_back(handover::Unsent{settings_.id, std::string(piece.begin(), piece.end())});
  }
}

void ControlLink::take_over(handover::LinkState state, UniqueFd socket, HostRoutes& routes) {
  stopping_ = state.stopping;
  created_ = state.created;
  for (size_t i = 0; i < std::min(logged_.size(), state.logged.size()); i++)
    logged_[i] = state.logged[i];
  if (!socket) return;
  dialed_ = {std::move(socket), state.server, state.local, {}};
  if (state.holds_route) dialed_.route = routes.hold(state.server, settings_.plan.mark);
  control_ = std::move(state.control);
  control_.put_back(
      ByteSpan(reinterpret_cast<const uint8_t*>(state.incomplete.data()), state.incomplete.size()));
  noted_ = control_.state();
}

void ControlLink::put_back_unsent(const std::string& bytes) {
  unsent_.insert(unsent_.end(), bytes.begin(), bytes.end());
}

void ControlLink::resume() {
  if (!dialed_.socket) return dial();
  watch();
  flush();
  carry_out({});
}

unsigned& ControlLink::logged(const ControlMessage& message) {
  auto type = is_echo(message) ? ControlType::echo_request : type_of(message);
  return logged_[static_cast<size_t>(type) - 1];
}

void ControlLink::log_message(const char* verb, const ControlMessage& message) {
  if (logged(message) >= most_logged(message)) return;
  if (verb[0] == 'S')
    log::notice("{}: Sent control packet type is {} '{}'", settings_.control.server,
                static_cast<int>(type_of(message)), name(type_of(message)));
  else
    log::notice("{}: {}", settings_.control.server, heard_text(message));
  if (++logged(message) < most_logged(message)) return;
  log::notice("{}: no more {} packets will be reported.", settings_.control.server,
              is_echo(message) ? "Echo Reply/Request" : name(type_of(message)));
}

ConnectionInfo ControlLink::info() const {
  const auto& peer = control_.peer();
  const auto& counters = control_.counters();
  auto age = std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - created_).count();
  return {.id = settings_.id,
          .server_name = settings_.plan.server_name,
          .server = server(),
          .local = dialed_.local,
          .state = std::string(name(control_.state())),
          .peer_host_name = peer.host_name.text,
          .peer_vendor = peer.vendor.text,
          .peer_firmware = peer.firmware_revision,
          .maximum_channels = peer.maximum_channels,
          .age = static_cast<uint32_t>(age),
          .echoes_sent = counters.echoes_sent,
          .echoes_answered = counters.echoes_answered,
          .wan_errors = counters.wan_errors,
          .refused_calls = counters.refused_calls,
          .host_route = holds_route()};
}

}  // namespace callgate
