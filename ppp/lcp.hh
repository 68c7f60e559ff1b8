// SPDX-License-Identifier: GPL-2.0-or-later
// The options of LCP (RFC 1661 section 6, RFC 1662 section 7.1), as a client of a PPTP server wants
// and accepts them.
#pragma once

#include "common/wire/mru.hh"
#include "ppp/frame.hh"
#include "ppp/negotiation.hh"

namespace callgate::ppp {

// How the server wants us to prove who we are.
enum class Authentication : uint8_t { none, pap, chap_md5, ms_chap_v2 };

struct LcpSettings {
  uint16_t mru = kDefaultMru;  // bytes, the largest packet that we accept
  bool address_and_control_compression = true;
  bool protocol_compression = true;
  bool magic = true;
  // What we are willing to use, best first. The first one is suggested if the server asks for
  // another one.
  std::vector<Authentication> authentications{Authentication::ms_chap_v2, Authentication::chap_md5};
};

// What both sides have agreed on.
struct LcpAgreement {
  uint16_t peer_mru = kDefaultMru;  // bytes, the largest packet that the server accepts
  Authentication authentication = Authentication::none;
  HeaderCompression to_peer;
};

// The option that asks the other side for this kind; not for Authentication::none.
Option authentication_option(Authentication kind);
// Whether the option asks for authentication, of any kind.
bool is_authentication(const Option& option);

class LcpPolicy : public Policy {
 public:
  // `magic` is random and not 0. Another one is needed only if the link is looped back.
  LcpPolicy(LcpSettings settings, uint32_t magic);

  const LcpAgreement& agreement() const { return agreement_; }
  uint32_t magic() const { return settings_.magic ? magic_ : 0; }  // for Echo packets; 0 = none

  Options wanted() const override;
  Judgement judge(const Option& theirs) const override;
  void accept(const Options& theirs) override;
  void suggested(const Option& option) override;
  void rejected(const Option& option) override;
  bool understands(Code code) const override;
  std::optional<std::string> hopeless() const override { return hopeless_; }
  std::string insisted(const Option& theirs) const override;
  // What we send comes back to us.
  bool looped() const { return hopeless_.has_value(); }

 private:
  Judgement judge_authentication(const Option& theirs) const;

  LcpSettings settings_;
  uint32_t magic_;
  bool async_map_ = true;
  LcpAgreement agreement_;
  std::optional<std::string> hopeless_;
};

}  // namespace callgate::ppp
