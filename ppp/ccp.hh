// SPDX-License-Identifier: GPL-2.0-or-later
// The only option of CCP that we use: MPPE (RFC 3078 section 2). Compression itself (MPPC and
// others) is refused.
#pragma once

#include "ppp/negotiation.hh"

namespace callgate::ppp {

enum class KeyLength : uint8_t { bits_40, bits_56, bits_128 };

// How one direction is encrypted.
struct MppeKind {
  KeyLength length = KeyLength::bits_128;
  bool stateless = true;  // the key changes with every packet
  bool operator==(const MppeKind&) const = default;
};

struct CcpSettings {
  std::vector<KeyLength> lengths{KeyLength::bits_128};  // allowed, best first
  bool stateless = true;                                // allowed
  bool stateful = false;                                // allowed; a lost packet costs a round trip
  bool required = false;                                // the link is useless without encryption
};

// In CCP each side's request says what it wants to receive. So what the server acknowledged is the
// kind of what we receive, and what we acknowledged is the kind of what we send.
struct CcpAgreement {
  std::optional<MppeKind> receive, send;  // nullopt = not encrypted
};

class CcpPolicy : public Policy {
 public:
  explicit CcpPolicy(const CcpSettings& settings);

  const CcpAgreement& agreement() const { return agreement_; }

  Options wanted() const override;
  Judgement judge(const Option& theirs) const override;
  Options missing(const Options& theirs) const override;
  void accept(const Options& theirs) override;
  void acknowledged() override { agreement_.receive = wanted_; }
  void suggested(const Option& option) override;
  void rejected(const Option& option) override;
  bool understands(Code code) const override;
  std::optional<std::string> hopeless() const override { return hopeless_; }

 private:
  std::optional<MppeKind> best(uint32_t offered) const;

  CcpSettings settings_;
  std::optional<MppeKind> wanted_;
  CcpAgreement agreement_;
  std::optional<std::string> hopeless_;
};

}  // namespace callgate::ppp
