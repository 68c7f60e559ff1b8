// SPDX-License-Identifier: GPL-2.0-or-later
// One control protocol of a link (LCP, CCP, IPCP, IPV6CP): the automaton of RFC 1661 with its
// restart timer, its counters and its options. Takes packets, requests and the time, and returns
// steps. Does no I/O.
//
// What each protocol wants and accepts is its Policy.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/wire/ids.hh"
#include "ppp/automaton.hh"
#include "ppp/control_packet.hh"

namespace callgate::ppp {

// The answer to one option of the other side's Configure-Request.
struct Acceptable {};
struct Suggest {  // Configure-Nak: this value would be acceptable
  Option option;
};
struct Refuse {};  // Configure-Reject: we do not know the option, or never want it
using Judgement = std::variant<Acceptable, Suggest, Refuse>;

// What one protocol knows about its options.
class Policy {
 public:
  virtual ~Policy() = default;

  // The options of our next Configure-Request.
  virtual Options wanted() const = 0;

  virtual Judgement judge(const Option& theirs) const = 0;
  // Options that the other side's request lacks, and that we have to have. They go into a
  // Configure-Nak.
  virtual Options missing(const Options&) const { return {}; }
  // We have acknowledged these options of the other side: they are valid from the next layer_up.
  virtual void accept(const Options& theirs) = 0;

  // The other side has acknowledged wanted().
  virtual void acknowledged() {}
  // The other side suggests this value for one of ours. Policies keep what they cannot agree to.
  virtual void suggested(const Option& option) = 0;
  // The other side does not know this option.
  virtual void rejected(const Option& option) = 0;

  // Why there is no agreement, if the other side asks for this option again and again.
  virtual std::string insisted(const Option& theirs) const;

  // Whether the protocol has this code, beyond those that every protocol has (up to Code-Reject).
  virtual bool understands(Code) const { return false; }

  // A sentence if there is no use in going on, because a suggestion or a rejection has taken away
  // something that has to be.
  virtual std::optional<std::string> hopeless() const { return std::nullopt; }
};

struct Timing {
  Duration restart{3000};       // RFC 1661 section 4.6
  unsigned max_configure = 10;  // Configure-Requests without an answer
  unsigned max_terminate = 2;   // Terminate-Requests without an answer
  unsigned max_failure = 5;     // Configure-Naks before a Configure-Reject
  unsigned max_rounds = 40;     // Naks and Rejects, of both sides together, before we give up
};

struct SendPacket {
  Bytes packet;
};
struct LayerUp {};
struct LayerDown {};
struct LayerFinished {
  std::string reason;  // a sentence, or empty if it was closed on request
};
// A packet that the protocol has to look at: a Terminate-Request, which is answered already, or one
// of the codes that the policy understands.
struct Heard {
  ControlPacket packet;  // valid as long as the bytes that were given to receive()
};
using Step = std::variant<SendPacket, LayerUp, LayerDown, LayerFinished, Heard>;
using Steps = std::vector<Step>;

// One function for each kind of step: std::visit(Overloaded{...}, step).
template <typename... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};

class Negotiation {
 public:
  Negotiation(Policy& policy, const Timing& timing) : policy_(policy), timing_(timing) {}

  State state() const { return state_; }
  std::optional<TimePoint> deadline() const { return deadline_; }
  // The option of the other side's last request that is not acceptable.
  const std::optional<Option>& unacceptable() const { return unacceptable_; }

  Steps lower_up(TimePoint now) { return happens(Event::up, now); }
  Steps lower_down(TimePoint now) { return happens(Event::down, now); }
  Steps open(TimePoint now) { return happens(Event::open, now); }
  // `reason` goes into the Terminate-Request and into LayerFinished.
  Steps close(std::string reason, TimePoint now);
  // The other side does not know this protocol (Protocol-Reject).
  Steps protocol_rejected(TimePoint now);

  // `payload` is the frame after its protocol number.
  Steps receive(ByteSpan payload, TimePoint now);
  Steps advance(TimePoint now);

 private:
  void configure_request(const ControlPacket& packet, Steps& steps, TimePoint now);
  void configure_ack(const ControlPacket& packet, Steps& steps, TimePoint now);
  void configure_nak(const ControlPacket& packet, Steps& steps, TimePoint now);
  void code_reject(const ControlPacket& packet, Steps& steps, TimePoint now);
  void give_up(std::string reason, Steps& steps, TimePoint now);
  Steps happens(Event event, TimePoint now);
  void happens(Event event, Steps& steps, TimePoint now);
  void act(Action action, Steps& steps, TimePoint now);
  void send(Code code, uint8_t identifier, ByteSpan data, Steps& steps);
  void start_timer(TimePoint now) { deadline_ = now + timing_.restart; }

  Policy& policy_;
  Timing timing_;
  State state_ = State::initial;
  std::optional<TimePoint> deadline_;
  unsigned restarts_left_ = 0;
  unsigned failures_ = 0;   // Configure-Naks sent since the last agreement
  unsigned rounds_ = 0;     // Configure-Naks and -Rejects received since the last agreement
  uint8_t identifier_ = 0;  // of our last request
  uint8_t rejects_ = 0;     // identifier of our last Code-Reject
  std::optional<Option> unacceptable_;
  Bytes request_;       // options of our last Configure-Request
  std::string reason_;  // why it was closed

  // The packet that the actions answer.
  struct Answer {
    Code code{};
    uint8_t identifier = 0;
    Bytes data;
  } answer_;
};

}  // namespace callgate::ppp
