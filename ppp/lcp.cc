// SPDX-License-Identifier: GPL-2.0-or-later
#include "ppp/lcp.hh"

#include <fmt/format.h>

#include <algorithm>

namespace callgate::ppp {
namespace {

enum Type : uint8_t {
  kMru = 1,
  kAsyncMap = 2,
  kAuthentication = 3,
  kMagic = 5,
  kProtocolCompression = 7,
  kAddressAndControlCompression = 8,
};
constexpr uint8_t kMd5 = 5;          // RFC 1994
constexpr uint8_t kMsChapV2 = 0x81;  // RFC 2759

std::optional<Authentication> authentication(const Option& option) {
  for (auto kind : {Authentication::pap, Authentication::chap_md5, Authentication::ms_chap_v2})
    if (option == authentication_option(kind)) return kind;
  return std::nullopt;
}

// What a server may ask for (RFC 1661 section 6.2), and what allows it in the tunnel's options.
struct AuthenticationName {
  uint16_t protocol;
  uint8_t algorithm;  // of CHAP; 0 = any
  const char* sentence;
};
constexpr AuthenticationName kAuthenticationNames[] = {
    {0xc023, 0,
     "PAP, which sends the password itself, and this tunnel does not allow it. If you trust the "
     "network up to the server, write name and password into /etc/ppp/pap-secrets, and leave out "
     "refuse-pap and require-mppe"},
    {0xc223, kMd5, "CHAP with MD5, which this tunnel does not allow: leave out refuse-chap"},
    {0xc223, kMsChapV2, "MS-CHAPv2, which this tunnel does not allow: leave out refuse-mschap-v2"},
    {0xc223, 0x80,
     "MS-CHAP version 1, which is broken and not used here: set the server to MS-CHAPv2"},
    {0xc227, 0, "EAP, which is not used here: set the server to MS-CHAPv2"},
};

}  // namespace

bool is_authentication(const Option& option) {
  return option.type == kAuthentication;
}

Option authentication_option(Authentication kind) {
  Option made{kAuthentication, {}};
  Writer writer(made.value);
  if (kind == Authentication::pap) {
    writer.put(Protocol::pap);
  } else {
    writer.put(Protocol::chap);
    writer.put(kind == Authentication::chap_md5 ? kMd5 : kMsChapV2);
  }
  return made;
}

LcpPolicy::LcpPolicy(LcpSettings settings, uint32_t magic)
    : settings_(std::move(settings)), magic_(magic) {}

Options LcpPolicy::wanted() const {
  Options options;
  if (settings_.mru != kDefaultMru) options.push_back(option(kMru, settings_.mru));
  if (async_map_) options.push_back(option(kAsyncMap, uint32_t{0}));
  if (settings_.magic) options.push_back(option(kMagic, magic_));
  if (settings_.protocol_compression) options.push_back({kProtocolCompression, {}});
  if (settings_.address_and_control_compression)
    options.push_back({kAddressAndControlCompression, {}});
  return options;
}

Judgement LcpPolicy::judge(const Option& theirs) const {
  switch (theirs.type) {
    case kMru: {
      auto mru = whole<uint16_t>(theirs);
      if (!mru) return Refuse{};
      if (*mru < kLeastMru) return Suggest{option(kMru, kLeastMru)};
      return Acceptable{};
    }
    case kAsyncMap:
      if (!whole<uint32_t>(theirs)) return Refuse{};
      return Acceptable{};
    case kAuthentication: return judge_authentication(theirs);
    case kMagic: {
      auto magic = whole<uint32_t>(theirs);
      if (!magic) return Refuse{};
      // Our own number comes back if the link is looped (RFC 1661 section 6.4).
      if (*magic == 0 || (settings_.magic && *magic == magic_))
        return Suggest{option(kMagic, ~magic_)};
      return Acceptable{};
    }
    case kProtocolCompression:
    case kAddressAndControlCompression:
      if (!theirs.value.empty()) return Refuse{};
      return Acceptable{};
    default: return Refuse{};
  }
}

Judgement LcpPolicy::judge_authentication(const Option& theirs) const {
  const auto& ours = settings_.authentications;
  auto kind = authentication(theirs);
  if (kind && std::ranges::find(ours, *kind) != ours.end()) return Acceptable{};
  if (ours.empty()) return Refuse{};
  return Suggest{authentication_option(ours.front())};
}

void LcpPolicy::accept(const Options& theirs) {
  agreement_ = {};
  for (const Option& option : theirs) switch (option.type) {
      case kMru: agreement_.peer_mru = *whole<uint16_t>(option); break;
      case kAuthentication: agreement_.authentication = *authentication(option); break;
      case kProtocolCompression: agreement_.to_peer.protocol = true; break;
      case kAddressAndControlCompression: agreement_.to_peer.address_and_control = true; break;
      default: break;
    }
}

void LcpPolicy::suggested(const Option& option) {
  // A smaller packet size is always possible; a larger one than we can take is not.
  if (option.type == kMru)
    if (auto mru = whole<uint16_t>(option); mru && *mru >= kLeastMru && *mru < settings_.mru)
      settings_.mru = *mru;
  if (option.type == kMagic && settings_.magic)
    hopeless_ = "the link is looped back: the server sent our own magic number";
}

void LcpPolicy::rejected(const Option& option) {
  switch (option.type) {
    case kMru: settings_.mru = kDefaultMru; break;
    case kAsyncMap: async_map_ = false; break;
    case kMagic: settings_.magic = false; break;
    case kProtocolCompression: settings_.protocol_compression = false; break;
    case kAddressAndControlCompression: settings_.address_and_control_compression = false; break;
    default: break;
  }
}

std::string LcpPolicy::insisted(const Option& theirs) const {
  uint16_t protocol = 0;
  uint8_t algorithm = 0;
  Reader reader(theirs.value);
  reader.get(protocol);
  reader.get(algorithm);
  for (const auto& name : kAuthenticationNames)
    if (is_authentication(theirs) && name.protocol == protocol &&
        (name.algorithm == 0 || name.algorithm == algorithm))
      return fmt::format("the server asks for {}", name.sentence);
  return Policy::insisted(theirs);
}

bool LcpPolicy::understands(Code code) const {
  return code >= Code::protocol_reject && code <= Code::time_remaining;
}

}  // namespace callgate::ppp
