// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/control/control_link.hh"

#include <cstring>
#include <utility>

#include "callmgr/control/own_path.hh"
#include "common/system/log.hh"

namespace callgate {
namespace {

// For the Echo-Reply. An address that is removed and added again at once is back by then, and TCP
// has sent the request again.
constexpr Duration kAnswersOnBrokenPath{4'000};
constexpr Duration kAnswersAfterSleep{10'000};  // a network card takes some seconds to wake up
constexpr Duration kForever{UINT32_MAX};        // --max-echo-wait 0

}  // namespace

ControlLink::ControlLink(EventLoop& loop, HostRoutes& routes, Settings settings,
                         ControlSettings control, Owner& owner)
    : loop_(loop),
      routes_(routes),
      settings_(std::move(settings)),
      owner_(owner),
      control_(std::move(control), settings_.plan.server_name),
      dialer_(loop, settings_.plan, [this](auto result) { dialed(std::move(result)); }),
      stream_(
          loop, [this](ByteSpan bytes) { carry_out(control_.received(bytes, loop_.now())); },
          [this](int os_error) { ended(os_error); }),
      created_(loop.now()) {
  timer_ = loop_.timer([this] { carry_out(control_.tick(loop_.now())); });
  dialer_.on_failure([this](const Reason& reason) { address_failed(reason); });
}

ControlLink::ControlLink(EventLoop& loop, HostRoutes& routes, State state, UniqueFd socket,
                         Owner& owner)
    : ControlLink(loop, routes, std::move(state.settings), state.control.settings(), owner) {
  stopping_ = state.stopping;
  created_ = state.created;
  log_ = state.log;
  if (!socket) return;
  stream_.open(std::move(socket));
  dialed_ = {{}, state.server, state.local};
  if (state.holds_route) route_ = routes.hold(state.server, true);
  control_ = std::move(state.control);
  noted_ = control_.state();
}

// Programs that watch the log look for pptp-linux's words.
void ControlLink::address_failed(const Reason& reason) {
  auto error = static_cast<int>(reason.os_error);
  if (reason.cause != Cause::control_closed)
    say(log::Level::notice,
        fmt::format("pptp_callmgr: Could not open control connection to {}: {}",
                    dialer_.server().text(), std::strerror(error ? error : ETIMEDOUT)));
  if (dialer_.has_more())
    say(log::Level::notice, fmt::format("{}: trying the next address", sentence(reason)));
}

void ControlLink::dialed(std::variant<Dialed, Reason> result) {
  if (auto* reason = std::get_if<Reason>(&result)) return carry_out(control_.abort(*reason));
  dialed_ = std::get<Dialed>(std::move(result));
  stream_.open(std::move(dialed_.socket));
  stream_.start();
  auto server = server_label(settings_.plan.server_name, dialed_.server);
  carry_out(control_.connected(std::move(server), loop_.now()));
}

void ControlLink::ended(int os_error) {
  if (os_error == 0)
    say(log::Level::notice,
        fmt::format("{}: read returned zero, peer has closed", control_.server()));
  carry_out(control_.disconnected(os_error, loop_.now()));
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

void ControlLink::network_changed() {
  if (!usable()) return;
  int error = path_error(dialed_.local, dialed_.server, settings_.plan);
  // If the server has answered in spite of an error, the same error says nothing new.
  if (std::exchange(path_error_, error) == error) return;
  if (error != 0)
    return doubt({.cause = Cause::lost_path,
                  .os_error = static_cast<uint32_t>(error),
                  .subject = control_.server(),
                  .detail = dialed_.local.text()},
                 kAnswersOnBrokenPath);
  if (!control_.doubted() || control_.doubted()->cause != Cause::lost_path) return;
  log::notice("{}: this host can send from {} again", control_.server(), dialed_.local.text());
  control_.trust(loop_.now());
  carry_out({});
}

// With --idle-wait 0 the server is never asked, and with --max-echo-wait 0 it may never answer. So
// its silence says nothing.
void ControlLink::host_slept(Duration time) {
  const auto& waits = control_.settings();
  if (!usable() || waits.idle_wait.count() == 0 || waits.max_echo_wait >= kForever) return;
  auto slept = seconds_text(std::chrono::round<std::chrono::seconds>(time));
  doubt({.cause = Cause::lost_no_echo,
         .subject = control_.server(),
         .detail = fmt::format("{} after this host slept for {}", seconds_text(kAnswersAfterSleep),
                               slept)},
        kAnswersAfterSleep);
}

void ControlLink::doubt(const Reason& why, Duration max_wait) {
  bool news = !control_.doubted() || control_.doubted()->cause != why.cause;
  if (news && why.cause == Cause::lost_path)
    log::notice("{}: this host cannot send from {} any more ({}): asking the server for {}",
                control_.server(), why.detail, std::strerror(static_cast<int>(why.os_error)),
                seconds_text(max_wait));
  carry_out(control_.doubt(why, max_wait, loop_.now()));
}

void ControlLink::hold_route() {
  if (settings_.plan.host_route) route_ = routes_.hold(server());
}

// --- steps -----------------------------------------------------------------------------------

void ControlLink::carry_out(Steps steps) {
  for (const auto& step : steps) {
    log_.note(control_, step, [this](auto&&... line) { say(line...); });
    take(step);
  }
  note_state();
  reschedule();
  if (stopping_ && control_.calls().empty() &&
      control_.state() == ControlConnection::State::established)
    stop();
}

void ControlLink::take(const Step& step) {
  if (auto* send = std::get_if<Send>(&step)) {
    Bytes bytes = encode(send->message);
    show_tap(Passage::control_sent, bytes);
    stream_.send(bytes);
  } else if (auto* heard = std::get_if<Heard>(&step)) {
    show_tap(Passage::control_received, heard->raw);
  } else if (auto* skipped = std::get_if<Skipped>(&step)) {
    show_tap(Passage::control_received, skipped->raw);
  } else if (auto* garbled = std::get_if<Garbled>(&step)) {
    show_tap(Passage::control_received, garbled->raw);
  } else if (std::holds_alternative<Established>(step)) {
    owner_.link_established(*this);
  } else if (auto* up = std::get_if<CallUp>(&step)) {
    owner_.call_up(*this, up->call_id, up->reply);
  } else if (auto* over = std::get_if<CallOver>(&step)) {
    owner_.call_over(*this, over->call_id, over->reason);
  } else if (auto* close = std::get_if<Close>(&step)) {
    dialer_.cancel();
    stream_.close();
    route_ = {};
    owner_.link_closed(*this, close->reason);
  }
}

void ControlLink::say(log::Level level, const std::string& text,
                      const std::vector<log::Field>& fields) {
  constexpr unsigned kLinesOfALife = 25;  // with one call
  owner_.link_says(*this, lines_++ >= kLinesOfALife, level, text, fields);
}

void ControlLink::show_tap(Passage passage, ByteSpan message) {
  if (tapped_) owner_.control_passed(*this, passage, message);
}

void ControlLink::note_state() {
  if (control_.state() == noted_) return;
  log::debug("{}: control connection {}: {} -> {}", control_.server(), settings_.id, name(noted_),
             name(control_.state()));
  noted_ = control_.state();
}

void ControlLink::reschedule() {
  // The server sends requests and never reads the replies.
  if (stream_.unsent().size() > ControlStream::kMaxUnsent &&
      control_.state() != ControlConnection::State::closed) {
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

void ControlLink::resume() {
  if (!stream_.is_open()) return dial();
  stream_.start();
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
          .host_route = route_.in_place()};
}

}  // namespace callgate
