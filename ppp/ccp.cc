// SPDX-License-Identifier: GPL-2.0-or-later
#include "ppp/ccp.hh"

#include <algorithm>

namespace callgate::ppp {
namespace {

constexpr uint8_t kMppe = 18;

// The Supported Bits of RFC 3078 section 2.
constexpr uint32_t kStateless = 0x0100'0000;
constexpr uint32_t kCompression = 0x0000'0001;  // MPPC
constexpr uint32_t kLengths = 0x0000'00E0;

uint32_t bit(KeyLength length) {
  switch (length) {
    case KeyLength::bits_40: return 0x20;
    case KeyLength::bits_56: return 0x80;
    case KeyLength::bits_128: return 0x40;
  }
  return 0;
}

uint32_t bits(const MppeKind& kind) {
  return bit(kind.length) | (kind.stateless ? kStateless : 0);
}

std::optional<uint32_t> offered(const Option& option) {
  return option.type == kMppe ? whole<uint32_t>(option) : std::nullopt;
}

}  // namespace

CcpPolicy::CcpPolicy(const CcpSettings& settings) : settings_(settings) {
  if (settings_.lengths.empty()) return;
  wanted_ = MppeKind{settings_.lengths.front(), settings_.stateless};
}

Options CcpPolicy::wanted() const {
  if (!wanted_) return {};
  return {option(kMppe, bits(*wanted_))};
}

// Returns the best kind that is allowed here and is among the offered bits. If the stateless bit is
// missing, the other side may still be able to do it: pppd and Windows take it from a Nak.
std::optional<MppeKind> CcpPolicy::best(uint32_t offered) const {
  bool stateless = (offered & kStateless) != 0 ? settings_.stateless : !settings_.stateful;
  for (KeyLength length : settings_.lengths)
    if ((offered & bit(length)) != 0) return MppeKind{length, stateless};
  return std::nullopt;
}

Judgement CcpPolicy::judge(const Option& theirs) const {
  auto bits = offered(theirs);
  if (!bits || settings_.lengths.empty()) return Refuse{};
  auto kind = best(*bits);
  // Without a length that is allowed here, our best one is a suggestion, and theirs to refuse.
  if (!kind) kind = MppeKind{settings_.lengths.front(), settings_.stateless};
  if (*bits == ppp::bits(*kind)) return Acceptable{};
  return Suggest{option(kMppe, ppp::bits(*kind))};
}

Options CcpPolicy::missing(const Options& theirs) const {
  bool there = std::ranges::any_of(theirs, [](const Option& o) { return o.type == kMppe; });
  if (there || !settings_.required || settings_.lengths.empty()) return {};
  return {option(kMppe, bits({settings_.lengths.front(), settings_.stateless}))};
}

void CcpPolicy::accept(const Options& theirs) {
  agreement_.send.reset();
  for (const Option& option : theirs)
    if (auto bits = offered(option)) agreement_.send = best(*bits);
}

void CcpPolicy::suggested(const Option& option) {
  auto bits = offered(option);
  if (!bits) return;
  if (auto kind = best(*bits)) {
    wanted_ = kind;
  } else {
    wanted_.reset();
    if (settings_.required)
      hopeless_ =
          (*bits & kLengths) == 0 && (*bits & kCompression) != 0
              ? "MPPE required but peer negotiation failed: it offers compression only"
              : "MPPE required but peer negotiation failed: no key length is allowed on both sides";
  }
}

void CcpPolicy::rejected(const Option& option) {
  if (option.type != kMppe) return;
  wanted_.reset();
  if (settings_.required) hopeless_ = "MPPE required but peer refused: the server rejected it";
}

bool CcpPolicy::understands(Code code) const {
  return code == Code::reset_request || code == Code::reset_ack;
}

}  // namespace callgate::ppp
