// SPDX-License-Identifier: GPL-2.0-or-later
// The server's end of a link, for tests: it asks for authentication, checks the response, and gives
// out addresses. It is made of the same Negotiation as the client, and does no I/O either.
#pragma once

#include "ppp/link.hh"
#include "tests/server/faults.hh"
#include "tests/server/policies.hh"

namespace callgate::ppp::test {

struct ServerSettings {
  LcpSettings lcp;
  std::optional<Authentication> asks = Authentication::ms_chap_v2;
  CcpSettings ccp;
  ServerAddresses addresses;
  std::string name = "alice", password = "secret";
  bool ipv4 = true, ipv6 = false;
  bool ccp_open = true;  // false: CCP is rejected
  Duration restart{3000};
  Faults faults;
};

// A line for whoever reads what the server does.
struct Said {
  std::string text;
};
using ServerStep = std::variant<SendFrame, Encryption, Ipv4Up, Ipv4Down, Ipv6Up, Ipv6Down,
                                ResetKeys, LinkEnded, Said>;
using ServerSteps = std::vector<ServerStep>;

class Server {
 public:
  explicit Server(const ServerSettings& settings);
  Server(const Server&) = delete;  // its protocols refer to its policies
  Server& operator=(const Server&) = delete;

  ServerSteps start(TimePoint now);
  ServerSteps receive(ByteSpan frame, TimePoint now);
  ServerSteps advance(TimePoint now);
  // Asks the client for its password again, in mid-session.
  ServerSteps challenge_anew(TimePoint now);
  // Begins anew with LCP, as in mid-call.
  ServerSteps renegotiate(TimePoint now);
  ServerSteps terminate(std::string reason, TimePoint now);
  // Stateful MPPE has lost a packet of the client.
  ServerSteps lost_packet();
  ServerSteps take() { return std::exchange(out_, {}); }
  void send(Protocol protocol, ByteSpan packet);

  std::optional<TimePoint> deadline() const;
  bool requires_encryption() const { return settings_.ccp.required; }
  const LcpAgreement& lcp_agreement() const { return lcp_policy.agreement(); }

 private:
  ServerSettings settings_;

 public:
  Faults& faults = settings_.faults;
  ServerLcp lcp_policy;
  ServerCcp ccp_policy;
  ServerIpcp ipcp_policy;
  Ipv6cpPolicy ipv6cp_policy;
  Negotiation lcp, ccp, ipcp, ipv6cp;
  Challenge challenge_value{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
  uint8_t challenge_identifier = 7;
  std::optional<StartKeys> keys;  // the server's, once the client has authenticated
  int responses = 0, rejected_protocols = 0;
  std::vector<Bytes> values;  // of all Responses
  bool lcp_up = false, ip_up = false, ended = false;

 private:
  void handle(Protocol protocol, const Steps& steps, TimePoint now);
  void up(Protocol protocol, TimePoint now);
  void down(Protocol protocol, TimePoint now);
  void hear(Protocol protocol, const ControlPacket& packet);
  void challenge(TimePoint now);
  void another_challenge();
  void response(const ControlPacket& packet, TimePoint now);
  std::optional<std::string> ms_chap_v2(ByteSpan value);
  void request(const ControlPacket& packet, TimePoint now);
  void good(std::string_view how, TimePoint now);
  bool lost(std::vector<Faults::Nth>& plan, Protocol protocol);
  void say(std::string text) { out_.emplace_back(Said{std::move(text)}); }
  Negotiation* negotiation(Protocol protocol);

  ServerSteps out_;
  std::optional<TimePoint> next_challenge_;
  unsigned challenges_left_ = 0;
  bool authenticated_ = false;
};

}  // namespace callgate::ppp::test
