// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/server/policies.hh"

#include <algorithm>

namespace callgate::ppp::test {
namespace {

constexpr uint8_t kMru = 1;
constexpr uint16_t kFirstMru = 1499;  // bytes, of the endless suggestions
constexpr uint8_t kAddress = 3, kDns1 = 129, kWins1 = 130, kDns2 = 131, kWins2 = 132;

bool contains(const Options& options, uint8_t type) {
  return std::ranges::any_of(options, [&](const Option& each) { return each.type == type; });
}

}  // namespace

ServerLcp::ServerLcp(LcpSettings settings, uint32_t magic, std::optional<Authentication> asks,
                     const Faults& faults)
    : LcpPolicy(std::move(settings), magic), asks_(asks), faults_(faults) {
  if (faults.unknown_options)
    more = {{17, {0x05, 0xDC}}, {19, {1, 2, 3}}, {13, {6}}, {4, {0xC0, 0x25}}};
}

Options ServerLcp::wanted() const {
  Options options = LcpPolicy::wanted();
  if (asks_) options.push_back(authentication_option(*asks_));
  for (const Option& option : more) options.push_back(option);
  return options;
}

Judgement ServerLcp::judge(const Option& theirs) const {
  if (faults_.nak_mru && theirs.type == kMru)
    return Suggest{option(kMru, static_cast<uint16_t>(whole<uint16_t>(theirs).value_or(0) - 1))};
  return LcpPolicy::judge(theirs);
}

Options ServerLcp::missing(const Options& theirs) const {
  if (!faults_.nak_mru || contains(theirs, kMru)) return {};
  return {option(kMru, kFirstMru)};
}

void ServerLcp::suggested(const Option& option) {
  if (faults_.insists) return;
  for (auto kind : {Authentication::pap, Authentication::chap_md5, Authentication::ms_chap_v2})
    if (option == authentication_option(kind)) asks_ = kind;
}

void ServerLcp::rejected(const Option& option) {
  LcpPolicy::rejected(option);
  std::erase(more, option);
}

// The first byte of the Supported Bits has the stateless bit (RFC 3078 section 2).
Options ServerCcp::wanted() const {
  auto options = CcpPolicy::wanted();
  if (faults_.mixed_state)
    for (Option& option : options) option.value.front() &= static_cast<uint8_t>(~1u);
  return options;
}

CcpAgreement ServerCcp::agreement() const {
  auto agreed = CcpPolicy::agreement();
  if (faults_.mixed_state && agreed.receive) agreed.receive->stateless = false;
  return agreed;
}

Options ServerIpcp::wanted() const {
  if (addresses_.own == 0) return {};
  return {option(kAddress, addresses_.own)};
}

Judgement ServerIpcp::judge(const Option& theirs) const {
  auto asked = whole<Ipv4>(theirs);
  Ipv4 right = 0;
  switch (theirs.type) {
    case kAddress: right = faults_.no_address ? 0 : addresses_.client; break;
    case kDns1: right = addresses_.dns[0]; break;
    case kDns2: right = addresses_.dns[1]; break;
    case kWins1: right = addresses_.wins[0]; break;
    case kWins2: right = addresses_.wins[1]; break;
    default: break;
  }
  if (!asked || right == 0) return Refuse{};
  if (faults_.nak_address && theirs.type == kAddress)
    return Suggest{option(kAddress, *asked == 0 ? right : *asked + 1)};
  if (*asked == right) return Acceptable{};
  return Suggest{option(theirs.type, right)};
}

Options ServerIpcp::missing(const Options& theirs) const {
  if (!faults_.nak_unasked || contains(theirs, kDns1)) return {};
  return {option(kDns1, addresses_.dns[0]), option(kDns2, addresses_.dns[0] + 1),
          option(kWins1, addresses_.dns[0] + 2)};
}

void ServerIpcp::rejected(const Option& option) {
  if (option.type == kAddress) addresses_.own = 0;
}

}  // namespace callgate::ppp::test
