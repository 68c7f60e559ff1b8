// SPDX-License-Identifier: GPL-2.0-or-later
// The option of IPV6CP: the interface identifier, from which both ends make their link-local
// addresses (RFC 5072 section 4.1).
#pragma once

#include "ppp/negotiation.hh"

namespace callgate::ppp {

using InterfaceId = uint64_t;  // host order, 0 = none

struct Ipv6cpAgreement {
  InterfaceId local = 0, remote = 0;
};

class Ipv6cpPolicy : public Policy {
 public:
  // `local` is random, or what the administrator chose; not 0.
  explicit Ipv6cpPolicy(InterfaceId local) : local_(local) {}

  const Ipv6cpAgreement& agreement() const { return agreement_; }

  Options wanted() const override;
  Judgement judge(const Option& theirs) const override;
  void accept(const Options& theirs) override;
  void acknowledged() override { agreement_.local = local_; }
  void suggested(const Option& option) override;
  void rejected(const Option& option) override;
  std::optional<std::string> hopeless() const override { return hopeless_; }

 private:
  InterfaceId local_;
  Ipv6cpAgreement agreement_;
  std::optional<std::string> hopeless_;
};

}  // namespace callgate::ppp
