// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/control/control_link.hh"

#include <sys/socket.h>

#include "common/system/log.hh"
#include "common/system/os_error.hh"

namespace callgate {
ControlLink::ControlLink(EventLoop& loop, HostRoutes& routes, Settings settings,
                         ControlSettings control, Owner& owner)
    : loop_(loop),
      settings_(std::move(settings)),
      owner_(owner),
      control_(std::move(control), settings_.plan.server_name),
      dialer_(loop, routes, settings_.plan, [this](auto result) { dialed(std::move(result)); }),
      created_(loop.now()) {
  timer_ = loop_.timer([this] { carry_out(control_.tick(loop_.now())); });
}

ControlLink::ControlLink(EventLoop& loop, HostRoutes& routes, State state, UniqueFd socket,
                         Owner& owner)
    : ControlLink(loop, routes, std::move(state.settings), state.control.settings(), owner) {
  stopping_ = state.stopping;
  created_ = state.created;
  log_ = state.log;
  if (!socket) return;
  dialed_ = {std::move(socket), state.server, state.local, {}};
  if (state.holds_route) dialed_.route = routes.hold(state.server, settings_.plan.mark);
  control_ = std::move(state.control);
  noted_ = control_.state();
}

void ControlLink::dialed(std::variant<Dialed, Reason> result) {
  if (auto* reason = std::get_if<Reason>(&result)) return carry_out(control_.abort(*reason));
  dialed_ = std::get<Dialed>(std::move(result));
  watch();
  auto server = server_label(settings_.plan.server_name, dialed_.server);
  carry_out(control_.connected(std::move(server), loop_.now()));
}

void ControlLink::watch() {
  int fd = dialed_.socket.get();
  readable_ = loop_.on_readable(fd, [this] { readable(); });
  writable_ = loop_.on_writable(fd, [this] { flush(); });
  readable_.start();
}

void ControlLink::readable() {
  std::array<uint8_t, 4096> buffer;
  ssize_t size = recv(dialed_.socket.get(), buffer.data(), buffer.size(), 0);
  auto now = loop_.now();
  if (size > 0)
    return carry_out(control_.received(ByteSpan(buffer).first(static_cast<size_t>(size)), now));
  if (size == 0 && reset_) return carry_out(control_.disconnected(ECONNRESET, now));
  if (size == 0) {
    log::notice("{}: read returned zero, peer has closed", control_.server());
    return carry_out(control_.disconnected(0, now));
  }
  if (errno != EAGAIN && errno != EINTR) carry_out(control_.disconnected(errno, now));
}

// --- what the owner asks for -----------------------------------------------------------------

void ControlLink::request_call(const CallParameters& call) {
  carry_out(control_.request_call(call, loop_.now()));
}

void ControlLink::set_link_info(CallId call, const LinkInfo& info) {
  carry_out(control_.set_link_info(call, info.send_accm, info.receive_accm));
}

void ControlLink::clear_call(CallId call) {
  carry_out(control_.clear_call(call, loop_.now()));
}

void ControlLink::stop() {
  carry_out(control_.stop(loop_.now()));
}

void ControlLink::stop_when_idle() {
  stopping_ = true;
  if (control_.calls().empty()) stop();
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
  if (tapped_) owner_.control_passed(*this, Passage::control_sent, bytes);
  log_.sent(control_.server(), step.message);
  flush();
}

void ControlLink::take(const Heard& step) {
  if (tapped_) owner_.control_passed(*this, Passage::control_received, step.raw);
  log_.heard(control_.server(), step);
}

void ControlLink::take(const Garbled& step) {
  if (tapped_) owner_.control_passed(*this, Passage::control_received, step.raw);
}

void ControlLink::take(const Unexpected& step) {
  log_.unexpected(control_.server(), step.message);
}

void ControlLink::take(const Established&) {
  const auto& peer = control_.peer();
  log::write(
      log::Level::notice,
      fmt::format("{}: Client connection established. Server is '{}', vendor '{}', firmware"
                  " {}, maximum channels {}",
                  control_.server(), printable(peer.host_name.text), printable(peer.vendor.text),
                  peer.firmware_revision, peer.maximum_channels),
      {{"PPTP_SERVER", control_.server()}});
  owner_.link_established(*this);
}

void ControlLink::take(const CallUp& step) {
  log::write(log::Level::notice,
             fmt::format("{}: Outgoing call established (call ID {}, peer's call ID {}).",
                         control_.server(), value(step.call_id), value(step.reply.call_id)),
             {{"PPTP_SERVER", control_.server()},
              {"PPTP_CALL_ID", std::to_string(value(step.call_id))},
              {"PPTP_PEER_CALL_ID", std::to_string(value(step.reply.call_id))}});
  owner_.call_up(*this, step.call_id, step.reply);
}

void ControlLink::take(const CallOver& step) {
  log::write(log::Level::notice,
             fmt::format("call {} ended: {}", value(step.call_id), line(step.reason)),
             {{"PPTP_SERVER", control_.server()},
              {"PPTP_CALL_ID", std::to_string(value(step.call_id))},
              {"PPTP_REASON", std::string(name(step.reason.cause))}});
  owner_.call_over(*this, step.call_id, step.reason);
}

void ControlLink::take(const Close& step) {
  dialer_.cancel();
  readable_ = {};
  writable_ = {};
  log::notice("{}: Closing PPTP connection: {}", control_.server(), sentence(step.reason));
  dialed_.socket.reset();  // the kernel still delivers what we have sent
  dialed_.route = {};
  owner_.link_closed(*this, step.reason);
}

void ControlLink::flush() {
  while (dialed_.socket && !unsent_.empty()) {
    ssize_t size = send(dialed_.socket.get(), unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
    if (size < 0) {
      if (errno == ECONNRESET) reset_ = true;  // later recv() only says that the stream has ended
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
  log::debug("{}: control connection {}: {} -> {}", control_.server(), settings_.id, name(noted_),
             name(control_.state()));
  noted_ = control_.state();
}

void ControlLink::reschedule() {
  // The server sends requests and never reads the replies.
  if (unsent_.size() > kMaxUnsent && control_.state() != ControlConnection::State::closed) {
    Reason reason{.cause = Cause::lost_protocol, .subject = control_.server()};
    reason.detail = "it does not read what we send";
    return carry_out(control_.abort(reason));
  }
  timer_.stop();
  if (auto deadline = control_.deadline())
    // This rounds up, or the timer would fire a moment before the deadline, again and again.
    timer_.start(std::chrono::ceil<Duration>(*deadline - loop_.now()));
}

// --- handover --------------------------------------------------------------------------------

ControlLink::State ControlLink::state() const {
  return {.settings = settings_,
          .stopping = stopping_,
          .holds_route = holds_route(),
          .server = dialed_.server,
          .local = dialed_.local,
          .created = created_,
          .log = log_,
          .control = control_};
}

void ControlLink::put_back_unsent(std::string_view bytes) {
  unsent_.insert(unsent_.end(), bytes.begin(), bytes.end());
}

void ControlLink::resume() {
  if (!dialed_.socket) return dial();
  watch();
  flush();
  carry_out({});
}

ConnectionInfo ControlLink::info() const {
  const auto& peer = control_.peer();
  const auto& counters = control_.counters();
  auto age = std::chrono::duration_cast<std::chrono::seconds>(loop_.now() - created_).count();
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
