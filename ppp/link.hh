// SPDX-License-Identifier: GPL-2.0-or-later
// A whole PPP link, as the client of a PPTP server (RFC 1661 section 3.4): establish, authenticate,
// network, and terminate. Takes frames, answers and the time; returns steps. Does no I/O.
//
// What MPPE encrypts is not this class's matter: it says which keys are valid, and the data path
// (mppe.hh) uses them. If encryption is required, no network protocol is up before both directions
// are encrypted, and the data path has to drop whatever is not.
#pragma once

#include <utility>

#include "ppp/authenticator.hh"
#include "ppp/ccp.hh"
#include "ppp/ipcp.hh"
#include "ppp/ipv6cp.hh"
#include "ppp/lcp.hh"

namespace callgate::ppp {

struct LinkSettings {
  LcpSettings lcp;
  CcpSettings ccp;
  IpcpSettings ipcp;
  bool ipv4 = true;
  bool ipv6 = false;
  std::string name;           // the user, with its domain
  Duration echo_interval{0};  // of Echo-Requests; 0 = never
  unsigned echo_failure = 0;  // unanswered ones in a row that end the link; 0 = none
  Timing timing;              // of LCP, CHAP and CCP
  Timing ipcp_timing, ipv6cp_timing, pap_timing;  // PAP has only the first two fields
};

// Random numbers that a link needs. The caller takes them from getrandom().
struct LinkRandom {
  uint32_t magic = 1;            // not 0
  InterfaceId interface_id = 1;  // not 0
};

// Why a link ended, in pppd's classes, each of which has its exit status.
enum class EndKind : uint8_t {
  closed,              // on our request
  peer_closed,         // the server terminated it
  no_agreement,        // the negotiation failed
  not_authenticated,   // the server refused name or password
  server_not_trusted,  // the server could not prove that it knows the password
  no_encryption,       // MPPE is required, and there is none
  peer_dead,           // Echo-Requests were not answered
  looped,              // what we send comes back to us
};

struct SendFrame {
  Bytes frame;
};
// The server has accepted our name and password, or asks for none.
struct LinkAuthenticated {
  Authentication kind = Authentication::none;
  std::string message;  // foreign text
};
// MPPE begins with these keys, or begins anew. nullopt: this direction is not encrypted.
struct Encryption {
  std::optional<MppeKind> send, receive;
  StartKeys keys;
};
struct Ipv4Up {
  IpcpAgreement agreement;
};
struct Ipv4Down {};
struct Ipv6Up {
  Ipv6cpAgreement agreement;
};
struct Ipv6Down {};
struct EchoAnswered {
  uint8_t identifier = 0;
  size_t size = 0;  // bytes of the LCP packet
};
struct ResetKeys {};  // the server has lost a packet of stateful MPPE: the next one has a new key
struct LinkEnded {
  EndKind kind = EndKind::closed;
  std::string reason;  // a sentence
};
using LinkStep = std::variant<SendFrame, AskSecret, LinkAuthenticated, Encryption, Ipv4Up, Ipv4Down,
                              Ipv6Up, Ipv6Down, EchoAnswered, ResetKeys, LinkEnded>;
using LinkSteps = std::vector<LinkStep>;

class Link {
 public:
  enum class Phase : uint8_t { dead, establish, authenticate, network, terminate };

  Link(LinkSettings settings, const LinkRandom& random);
  Link(const Link&) = delete;  // its protocols refer to its policies
  Link& operator=(const Link&) = delete;

  LinkSteps start(TimePoint now);
  // A frame that is not a datagram (parse_frame(): neither IP nor compressed).
  LinkSteps receive(const Frame& frame, TimePoint now);
  LinkSteps answered(const SecretAnswer& answer, TimePoint now);
  // The holder of the password has no answer: it gives the sentence.
  LinkSteps unanswerable(std::string reason, TimePoint now);
  LinkSteps close(std::string reason, TimePoint now);
  LinkSteps advance(TimePoint now);
  // Something else than a control packet came: the server lives, and needs no Echo-Request.
  void traffic() { heard_ = true; }
  // Stateful MPPE has lost a packet.
  LinkSteps lost_packet(TimePoint now);

  struct EchoRequest {
    uint8_t identifier = 0;
    Bytes frame;
  };
  // An Echo-Request of this size, in bytes of the LCP packet and at least 8. Its answer is as
  // large, but not larger than our MRU.
  EchoRequest echo_request(size_t size);

  std::optional<TimePoint> deadline() const;
  Phase phase() const { return phase_; }
  const LcpAgreement& lcp() const { return lcp_policy_.agreement(); }
  // Why the link is being terminated, or has ended.
  const std::optional<LinkEnded>& end() const { return end_; }

 private:
  // One protocol below LCP: it is open only in the network phase.
  struct Layer {
    Protocol protocol;
    Negotiation negotiation;
    bool up = false;
    Bytes early;  // the last packet that came before the protocol was opened here
  };

  void lcp_steps(const Steps& steps, TimePoint now);
  void lcp_heard(const ControlPacket& packet, TimePoint now);
  void protocol_rejected(ByteSpan rejected, TimePoint now);
  void authentication_steps(AuthenticationSteps steps, TimePoint now);
  void authenticated(const Authenticated& done, TimePoint now);
  void network_packet(Layer& layer, ByteSpan payload, TimePoint now);
  void layer_steps(Layer& layer, const Steps& steps, TimePoint now);
  void layer_up(Layer& layer, TimePoint now);
  void layer_down(Layer& layer);
  void open_network(TimePoint now);
  void close_network(TimePoint now);
  void fail(EndKind kind, std::string reason, TimePoint now);
  void reject_protocol(const Frame& frame);
  void echo(TimePoint now);
  void send(Protocol protocol, ByteSpan packet);
  Layer* layer(Protocol protocol);
  bool may_use(const Layer& family);
  LinkSteps take() { return std::exchange(steps_, {}); }

  LinkSettings settings_;
  LcpPolicy lcp_policy_;
  CcpPolicy ccp_policy_;
  IpcpPolicy ipcp_policy_;
  Ipv6cpPolicy ipv6cp_policy_;
  Negotiation lcp_;
  Layer ccp_, ipcp_, ipv6cp_;
  std::optional<Authenticator> authenticator_;

  Phase phase_ = Phase::dead;
  LinkSteps steps_;
  std::optional<LinkEnded> end_;  // why it is being terminated
  StartKeys keys_;                // of the first authentication
  bool has_keys_ = false;
  TimePoint ups_since_{};
  unsigned ups_ = 0;         // how often a protocol below LCP came up since then
  bool heard_ = false;       // anything since the last Echo-Request
  unsigned unanswered_ = 0;  // Echo-Requests
  uint8_t echo_identifier_ = 0, reject_identifier_ = 0, reset_identifier_ = 0;
  std::optional<TimePoint> next_echo_;
};

}  // namespace callgate::ppp
