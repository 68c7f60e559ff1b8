// SPDX-License-Identifier: GPL-2.0-or-later
// The options of IPCP: addresses (RFC 1332 section 3.3), and those of name servers (RFC 1877).
#pragma once

#include <array>

#include "ppp/negotiation.hh"

namespace callgate::ppp {

using Ipv4 = uint32_t;  // host order, 0 = none

struct IpcpSettings {
  Ipv4 local = 0;             // 0: the server chooses
  Ipv4 remote = 0;            // 0: the server tells
  bool accept_local = true;   // take the address that the server suggests instead of `local`
  bool accept_remote = true;  // take the server's own address instead of `remote`
  bool dns = false;           // ask for name servers (usepeerdns)
  bool wins = false;          // ask for NetBIOS name servers
};

struct IpcpAgreement {
  Ipv4 local = 0, remote = 0;  // remote 0: the server has told none
  std::array<Ipv4, 2> dns{}, wins{};
};

class IpcpPolicy : public Policy {
 public:
  explicit IpcpPolicy(const IpcpSettings& settings);

  const IpcpAgreement& agreement() const { return agreement_; }

  Options wanted() const override;
  Judgement judge(const Option& theirs) const override;
  void accept(const Options& theirs) override;
  void acknowledged() override;
  void suggested(const Option& option) override;
  void rejected(const Option& option) override;
  std::optional<std::string> hopeless() const override { return hopeless_; }

 private:
  // One of the four name servers: its option, and whether we still ask for it.
  struct NameServer {
    uint8_t type = 0;
    bool asked = false;
    Ipv4 address = 0;
  };

  IpcpSettings settings_;
  bool address_ = true;  // we still ask for an address
  std::array<NameServer, 4> servers_;
  IpcpAgreement agreement_;
  std::optional<std::string> hopeless_;
};

}  // namespace callgate::ppp
