// SPDX-License-Identifier: GPL-2.0-or-later
// The server's end of a link, for tests: it asks for authentication, checks the response, and gives
// out an address. It is made of the same Negotiation as the client.
#pragma once

#include "ppp/link.hh"

namespace callgate::ppp::test {

// LCP that asks the client to authenticate.
class ServerLcp : public LcpPolicy {
 public:
  ServerLcp(LcpSettings settings, uint32_t magic, std::optional<Authentication> asks)
      : LcpPolicy(std::move(settings), magic), asks_(asks) {}

  std::optional<Authentication> asks() const { return asks_; }
  bool takes_suggestions = true;

  Options wanted() const override {
    Options options = LcpPolicy::wanted();
    if (asks_) options.push_back(authentication_option(*asks_));
    for (const Option& option : more) options.push_back(option);
    return options;
  }
  void suggested(const Option& option) override {
    if (!takes_suggestions) return;
    for (auto kind : {Authentication::pap, Authentication::chap_md5, Authentication::ms_chap_v2})
      if (option == authentication_option(kind)) asks_ = kind;
  }
  void rejected(const Option& option) override {
    LcpPolicy::rejected(option);
    std::erase(more, option);
  }

  Options more;  // asked for until they are rejected

 private:
  std::optional<Authentication> asks_;
};

class ServerIpcp : public Policy {
 public:
  Ipv4 own = 0x0A000001, for_client = 0x0A000002, dns = 0x0A000035;
  bool gives_address = true;

  Options wanted() const override { return {option(3, own)}; }
  Judgement judge(const Option& theirs) const override {
    if (theirs.type != 3 && theirs.type != 129) return Refuse{};
    Ipv4 right = theirs.type == 3 ? for_client : dns;
    if (!gives_address && theirs.type == 3) return Refuse{};
    if (whole<Ipv4>(theirs) == right) return Acceptable{};
    return Suggest{option(theirs.type, right)};
  }
  void accept(const Options&) override {}
  void suggested(const Option&) override {}
  void rejected(const Option&) override {}
};

struct ServerSettings {
  LcpSettings lcp;
  std::optional<Authentication> asks = Authentication::ms_chap_v2;
  CcpSettings ccp;
  std::string name = "alice", password = "secret";
  bool ipv6 = false;
  bool ccp_open = true;  // false: CCP is rejected
};

class Server {
 public:
  explicit Server(const ServerSettings& settings)
      : settings_(settings),
        lcp_policy(settings.lcp, 0x5E4E4E4E, settings.asks),
        ccp_policy(settings.ccp),
        ipv6cp_policy(0x5E),
        lcp(lcp_policy, {}),
        ccp(ccp_policy, {}),
        ipcp(ipcp_policy, {}),
        ipv6cp(ipv6cp_policy, {}) {}

  // Every frame that the server sends comes out of these, in order.
  std::vector<Bytes> start(TimePoint now) {
    handle(Protocol::lcp, lcp.open(now), now);
    handle(Protocol::lcp, lcp.lower_up(now), now);
    return take();
  }
  std::vector<Bytes> receive(ByteSpan bytes, TimePoint now);
  std::vector<Bytes> advance(TimePoint now);
  std::vector<Bytes> challenge();
  std::vector<Bytes> take() { return std::exchange(out_, {}); }
  void send(Protocol protocol, ByteSpan packet) { out_.push_back(frame(protocol, packet)); }

 private:
  ServerSettings settings_;

 public:
  ServerLcp lcp_policy;
  CcpPolicy ccp_policy;
  ServerIpcp ipcp_policy;
  Ipv6cpPolicy ipv6cp_policy;
  Negotiation lcp, ccp, ipcp, ipv6cp;
  Challenge challenge_value{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
  uint8_t challenge_identifier = 7;
  std::optional<StartKeys> keys;  // the server's, once the client has authenticated
  int responses = 0, rejected_protocols = 0;
  std::vector<Bytes> values;           // of all Responses
  bool proves = true;                  // false: the proof is wrong
  std::optional<std::string> failure;  // sent in place of Success
  bool lcp_up = false, ip_up = false, ended = false;

 private:
  void handle(Protocol protocol, const Steps& steps, TimePoint now);
  void hear(const ControlPacket& packet);
  void response(const ControlPacket& packet, TimePoint now);
  void request(const ControlPacket& packet, TimePoint now);
  void good(TimePoint now);

  std::vector<Bytes> out_;
};

}  // namespace callgate::ppp::test
