// SPDX-License-Identifier: GPL-2.0-or-later
// The options of LCP, CCP and IPCP at the server's end of a link, for tests.
#pragma once

#include "ppp/ccp.hh"
#include "ppp/ipcp.hh"
#include "ppp/lcp.hh"
#include "tests/server/faults.hh"

namespace callgate::ppp::test {

// LCP that asks the client to authenticate.
class ServerLcp : public LcpPolicy {
 public:
  ServerLcp(LcpSettings settings, uint32_t magic, std::optional<Authentication> asks,
            const Faults& faults);

  std::optional<Authentication> asks() const { return asks_; }

  Options wanted() const override;
  Judgement judge(const Option& theirs) const override;
  Options missing(const Options& theirs) const override;
  void suggested(const Option& option) override;
  void rejected(const Option& option) override;

  Options more;  // asked for until they are rejected

 private:
  std::optional<Authentication> asks_;
  const Faults& faults_;
};

class ServerCcp : public CcpPolicy {
 public:
  ServerCcp(const CcpSettings& settings, const Faults& faults)
      : CcpPolicy(settings), faults_(faults) {}

  CcpAgreement agreement() const;
  Options wanted() const override;

 private:
  const Faults& faults_;
};

struct ServerAddresses {
  Ipv4 own = 0x0A000001, client = 0x0A000002;  // own 0: none
  std::array<Ipv4, 2> dns{0x0A000035, 0}, wins{};
};

class ServerIpcp : public Policy {
 public:
  ServerIpcp(const ServerAddresses& addresses, const Faults& faults)
      : addresses_(addresses), faults_(faults) {}

  const ServerAddresses& addresses() const { return addresses_; }

  Options wanted() const override;
  Judgement judge(const Option& theirs) const override;
  Options missing(const Options& theirs) const override;
  void accept(const Options&) override {}
  void suggested(const Option&) override {}
  void rejected(const Option& option) override;

 private:
  ServerAddresses addresses_;
  const Faults& faults_;
};

}  // namespace callgate::ppp::test
