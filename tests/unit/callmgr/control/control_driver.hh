// SPDX-License-Identifier: GPL-2.0-or-later
// Plays a control connection with made-up time, and tells what it did in words that a test
// compares: "send Echo-Reply, up 7". What holds in every state is checked at every step.
#pragma once

#include <set>

#include "callmgr/control/control_connection.hh"
#include "tests/unit/catch.hh"

namespace callgate::test {

const TimePoint kStart{std::chrono::hours(1000)};
constexpr CallId kOurs{7}, kTheirs{0x0102};

inline ControlSettings settings() {
  return {.client_hostname = "laptop"};
}

class ControlDriver {
 public:
  explicit ControlDriver(ControlSettings wanted = settings())
      : core_(std::move(wanted), "192.0.2.1") {}

  std::string connect() { return note(core_.connected("192.0.2.1", now_)); }
  std::string receive(const ControlMessage& message) { return bytes(encode(message)); }
  std::string bytes(ByteSpan data) { return note(core_.received(data, now_)); }
  std::string disconnect(int os_error = 0) { return note(core_.disconnected(os_error, now_)); }
  std::string stop() { return note(core_.stop(now_)); }
  std::string abort(Cause cause) { return note(core_.abort({.cause = cause})); }
  std::string clear(CallId call = kOurs) { return note(core_.clear_call(call, now_)); }
  std::string link_info(CallId call = kOurs) { return note(core_.set_link_info(call, 1, 2)); }
  std::string request(CallParameters call = {.call_id = kOurs}) {
    requested_.insert(call.call_id);
    ended_.erase(call.call_id);
    return note(core_.request_call(call, now_));
  }
  std::string doubt(Cause cause, Duration max_wait) {
    return note(core_.doubt({.cause = cause}, max_wait, now_));
  }
  void wait(Duration time) { now_ += time; }  // without a tick
  std::string tick() { return note(core_.tick(now_)); }
  // Goes on in time, with a tick at the end.
  std::string after(Duration time) {
    wait(time);
    return tick();
  }

  // The way into a state.
  void establish(uint16_t maximum_channels = 0) {
    connect();
    receive(StartControlConnectionReply{.maximum_channels = maximum_channels});
    REQUIRE(core_.state() == ControlConnection::State::established);
  }
  void call_up(CallId ours = kOurs, CallId theirs = kTheirs) {
    request({.call_id = ours});
    receive(OutgoingCallReply{.call_id = theirs, .peer_call_id = ours});
    REQUIRE(core_.calls().at(ours).state() == Call::State::established);
  }

  ControlConnection& core() { return core_; }
  std::optional<Duration> until_deadline() const {
    auto deadline = core_.deadline();
    if (!deadline) return std::nullopt;
    return std::chrono::duration_cast<Duration>(*deadline - now_);
  }
  const std::vector<ControlMessage>& sent() const { return sent_; }
  const std::vector<ControlMessage>& heard() const { return heard_; }
  const std::optional<Reason>& closed() const { return closed_; }
  const Reason& ended(CallId call = kOurs) const { return ended_.at(call); }

 private:
  std::string note(const Steps& steps) {
    std::string text;
    for (const auto& step : steps) {
      // Nothing follows Close but the end of a call that came too late.
      if (!std::holds_alternative<CallOver>(step)) CHECK_FALSE(closed_);
      auto word = std::visit([this](const auto& s) { return take(s); }, step);
      if (!word.empty()) text += (text.empty() ? "" : ", ") + word;
    }
    check_state();
    return text;
  }
  void check_state() {
    bool closed = core_.state() == ControlConnection::State::closed;
    CHECK(closed == closed_.has_value());
    if (core_.state() != ControlConnection::State::established) CHECK(core_.calls().empty());
    if (closed) CHECK_FALSE(core_.deadline());
    for (const auto& [id, call] : core_.calls()) CHECK(requested_.contains(id));
    if (closed)
      for (CallId id : requested_) CHECK(ended_.contains(id));
  }

  std::string take(const Send& step) {
    sent_.push_back(step.message);
    return "send " + std::string(name(type_of(step.message)));
  }
  std::string take(const Heard& step) {
    heard_.push_back(step.message);
    return {};
  }
  std::string take(const Skipped& step) {
    CHECK_FALSE(step.raw.empty());
    return fmt::format("skip type {}", step.type);
  }
  std::string take(const Garbled& step) {
    CHECK_FALSE(step.raw.empty());
    return {};
  }
  std::string take(const Unexpected& step) {
    return "ignore " + std::string(name(type_of(step.message)));
  }
  std::string take(const Established&) { return "established"; }
  std::string take(const CallUp& step) { return fmt::format("up {}", value(step.call_id)); }
  std::string take(const CallOver& step) {
    CHECK(ended_.try_emplace(step.call_id, step.reason).second);  // once for every call
    CHECK_FALSE(core_.calls().contains(step.call_id));
    CHECK(line(step.reason).find(": :") == std::string::npos);
    return fmt::format("over {} {}", value(step.call_id), name(step.reason.cause));
  }
  std::string take(const Close& step) {
    closed_ = step.reason;
    return fmt::format("close {}", name(step.reason.cause));
  }

  ControlConnection core_;
  TimePoint now_ = kStart;
  std::vector<ControlMessage> sent_, heard_;
  std::set<CallId> requested_;
  std::map<CallId, Reason> ended_;
  std::optional<Reason> closed_;
};

}  // namespace callgate::test
