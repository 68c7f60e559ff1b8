// SPDX-License-Identifier: GPL-2.0-or-later
// The keys of MPPE that follow from MS-CHAPv2 (RFC 3079 section 3), and how they change (RFC 3078
// section 7).
#pragma once

#include "ppp/ccp.hh"
#include "ppp/mschap.hh"
#include "ppp/rc4.hh"

namespace callgate::ppp {

// 128 bits of key material of one direction, whatever length of key is negotiated later.
using MasterKey = std::array<uint8_t, 16>;

// Both ends know which of the two keys is for what they send (section 3.2).
struct StartKeys {
  MasterKey send, receive;
};
StartKeys start_keys(const NtHash& hash, const NtResponse& response, bool is_server);

// A session key: 8 bytes for 40 and 56 bits, 16 for 128.
struct SessionKey {
  std::array<uint8_t, 16> bytes{};
  KeyLength length = KeyLength::bits_128;

  size_t size() const { return length == KeyLength::bits_128 ? 16 : 8; }
  ByteSpan used() const { return {bytes.data(), size()}; }
  bool operator==(const SessionKey&) const = default;
};

// The key before the first packet: the start key, of the negotiated length (RFC 3079 section 3.4).
SessionKey first_key(const MasterKey& start, KeyLength length);

// The key after `current` (RFC 3078 section 7.3). `start` is the start key of the direction.
SessionKey next_key(const MasterKey& start, const SessionKey& current);

// The same, and sets `cipher` to `current` meanwhile, which costs little more than one of both.
SessionKey next_key(const MasterKey& start, const SessionKey& current, Rc4& cipher);

}  // namespace callgate::ppp
