// SPDX-License-Identifier: GPL-2.0-or-later
#include "ppp/negotiation.hh"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace callgate::ppp {
namespace {

Bytes copy(ByteSpan bytes) {
  return {bytes.begin(), bytes.end()};
}

bool known_to_every_protocol(Code code) {
  return code >= Code::configure_request && code <= Code::code_reject;
}

}  // namespace

std::string Policy::insisted(const Option& theirs) const {
  return fmt::format("the other side insists on an option that is not acceptable here (type {})",
                     theirs.type);
}

Steps Negotiation::happens(Event event, TimePoint now) {
  Steps steps;
  happens(event, steps, now);
  return steps;
}

void Negotiation::happens(Event event, Steps& steps, TimePoint now) {
  auto transition = ppp::transition(state_, event);
  if (!transition) return;
  state_ = transition->next;
  for (Action action : transition->actions) act(action, steps, now);
  if (!timer_runs(state_)) deadline_.reset();
}

void Negotiation::act(Action action, Steps& steps, TimePoint now) {
  switch (action) {
    case Action::none:
    case Action::layer_started: return;
    case Action::layer_up:
      failures_ = rounds_ = 0;
      steps.emplace_back(LayerUp{});
      return;
    case Action::layer_down: steps.emplace_back(LayerDown{}); return;
    case Action::layer_finished:
      steps.emplace_back(LayerFinished{std::exchange(reason_, {})});
      return;
    case Action::count_configure: restarts_left_ = timing_.max_configure; return;
    case Action::count_terminate: restarts_left_ = timing_.max_terminate; return;
    case Action::zero_count:
      restarts_left_ = 0;
      start_timer(now);
      return;
    case Action::send_request:
      if (restarts_left_ > 0) restarts_left_--;
      request_ = encode(policy_.wanted());
      send(Code::configure_request, ++identifier_, request_, steps);
      start_timer(now);
      return;
    case Action::send_terminate_request:
      if (restarts_left_ > 0) restarts_left_--;
      send(Code::terminate_request, ++identifier_,
           {reinterpret_cast<const uint8_t*>(reason_.data()), reason_.size()}, steps);
      start_timer(now);
      return;
    case Action::send_ack:
    case Action::send_nak:
    case Action::send_terminate_ack:
    case Action::send_echo_reply:
    case Action::send_code_reject: send(answer_.code, answer_.identifier, answer_.data, steps);
  }
}

void Negotiation::send(Code code, uint8_t identifier, ByteSpan data, Steps& steps) {
  steps.emplace_back(SendPacket{encode({code, identifier, data})});
}

Steps Negotiation::close(std::string reason, TimePoint now) {
  reason_ = std::move(reason);
  return happens(Event::close, now);
}

Steps Negotiation::protocol_rejected(TimePoint now) {
  reason_ = "the other side rejected the protocol";
  return happens(Event::fatal_reject, now);
}

Steps Negotiation::advance(TimePoint now) {
  if (!deadline_ || now < *deadline_) return {};
  deadline_.reset();
  if (restarts_left_ > 0) return happens(Event::timeout, now);
  if (reason_.empty() && state_ != State::closing && state_ != State::stopping)
    reason_ =
        fmt::format("the other side did not answer {} Configure-Requests", timing_.max_configure);
  return happens(Event::timeout_last, now);
}

Steps Negotiation::receive(ByteSpan payload, TimePoint now) {
  Steps steps;
  auto packet = parse_control_packet(payload);
  if (!packet) return steps;
  switch (packet->code) {
    case Code::configure_request: configure_request(*packet, steps, now); break;
    case Code::configure_ack: configure_ack(*packet, steps, now); break;
    case Code::configure_nak:
    case Code::configure_reject: configure_nak(*packet, steps, now); break;
    case Code::terminate_request:
      steps.emplace_back(Heard{*packet});
      answer_ = {Code::terminate_ack, packet->identifier, {}};
      happens(Event::terminate_request, steps, now);
      break;
    case Code::terminate_ack: happens(Event::terminate_ack, steps, now); break;
    case Code::code_reject: code_reject(*packet, steps, now); break;
    default:
      if (policy_.understands(packet->code)) {
        steps.emplace_back(Heard{*packet});
      } else {
        answer_ = {Code::code_reject, ++rejects_,
                   copy(payload.first(kControlHeader + packet->data.size()))};
        happens(Event::unknown_code, steps, now);
      }
  }
  return steps;
}

// Answers all options at once: with a Configure-Reject if there is one to refuse, else with a
// Configure-Nak if there is one to suggest (RFC 1661 section 5.4). After Max-Failure suggestions
// what is not acceptable is refused, so that two sides never go on forever.
void Negotiation::configure_request(const ControlPacket& packet, Steps& steps, TimePoint now) {
  auto options = parse_options(packet.data);
  if (!options) return;
  Options refused, suggested;
  unacceptable_.reset();
  for (const Option& theirs : *options) {
    auto judgement = policy_.judge(theirs);
    if (!unacceptable_ && !std::holds_alternative<Acceptable>(judgement)) unacceptable_ = theirs;
    std::visit(Overloaded{[](Acceptable) {},
                          [&](const Suggest& better) {
                            if (failures_ >= timing_.max_failure)
                              refused.push_back(theirs);
                            else
                              suggested.push_back(better.option);
                          },
                          [&](Refuse) { refused.push_back(theirs); }},
               judgement);
  }
  if (failures_ < timing_.max_failure)
    for (Option& lacking : policy_.missing(*options)) suggested.push_back(std::move(lacking));

  if (!refused.empty()) {
    answer_ = {Code::configure_reject, packet.identifier, encode(refused)};
  } else if (!suggested.empty()) {
    failures_++;
    answer_ = {Code::configure_nak, packet.identifier, encode(suggested)};
  } else {
    answer_ = {Code::configure_ack, packet.identifier, copy(packet.data)};
    if (state_ >= State::stopped && state_ != State::closing && state_ != State::stopping)
      policy_.accept(*options);
    return happens(Event::good_request, steps, now);
  }
  happens(Event::bad_request, steps, now);
  if (++rounds_ > timing_.max_rounds)
    give_up(policy_.insisted(unacceptable_ ? *unacceptable_ : suggested.front()), steps, now);
}

// An answer that is not to our last request is dropped (RFC 1661 section 5.2).
void Negotiation::configure_ack(const ControlPacket& packet, Steps& steps, TimePoint now) {
  if (timer_runs(state_) || state_ == State::opened)
    if (packet.identifier != identifier_ || !std::ranges::equal(packet.data, request_)) return;
  answer_ = {Code::terminate_ack, packet.identifier, {}};
  if (state_ == State::request_sent || state_ == State::ack_sent) policy_.acknowledged();
  happens(Event::ack, steps, now);
}

void Negotiation::configure_nak(const ControlPacket& packet, Steps& steps, TimePoint now) {
  auto options = parse_options(packet.data);
  if (!options) return;
  if (timer_runs(state_) || state_ == State::opened) {
    if (packet.identifier != identifier_) return;
    for (const Option& option : *options)
      if (packet.code == Code::configure_nak)
        policy_.suggested(option);
      else
        policy_.rejected(option);
    if (auto hopeless = policy_.hopeless()) return give_up(*hopeless, steps, now);
    if (++rounds_ > timing_.max_rounds)
      return give_up("the two sides went on making suggestions to each other", steps, now);
  }
  answer_ = {Code::terminate_ack, packet.identifier, {}};
  happens(Event::nak, steps, now);
}

void Negotiation::give_up(std::string reason, Steps& steps, TimePoint now) {
  reason_ = std::move(reason);
  happens(Event::close, steps, now);
}

void Negotiation::code_reject(const ControlPacket& packet, Steps& steps, TimePoint now) {
  bool fatal = !packet.data.empty() && known_to_every_protocol(Code{packet.data[0]});
  if (fatal) reason_ = fmt::format("the other side rejected the code {}", packet.data[0]);
  happens(fatal ? Event::fatal_reject : Event::harmless_reject, steps, now);
}

}  // namespace callgate::ppp
