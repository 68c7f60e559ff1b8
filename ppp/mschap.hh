// SPDX-License-Identifier: GPL-2.0-or-later
// The computations of MS-CHAPv2 (RFC 2759 section 8), and of CHAP with MD5 (RFC 1994). MD4, MD5,
// DES and SHA-1 are nettle's.
//
// All of this cryptography is broken: anyone who records the exchange can find the NT hash with
// 2^56 DES operations. It is here because the servers speak nothing else.
#pragma once

#include <optional>
#include <string_view>

#include "common/wire/bytes.hh"

namespace callgate::ppp {

using Challenge = std::array<uint8_t, 16>;
using NtHash = std::array<uint8_t, 16>;
using NtResponse = std::array<uint8_t, 24>;
using AuthenticatorResponse = std::array<uint8_t, 20>;

// MD4 of the password as UTF-16LE (section 8.3). The password is UTF-8. Returns nullopt if it is
// malformed UTF-8, or longer than 256 UTF-16 units.
std::optional<NtHash> nt_hash(std::string_view password);

// The password as pptp's users know it may begin with a domain ("DOMAIN\user"), which is sent but
// takes no part in the computation (section 4).
std::string_view name_without_domain(std::string_view name);

// `user` is the name without its domain.
NtResponse nt_response(const Challenge& authenticator, const Challenge& peer, std::string_view user,
                       const NtHash& hash);

// What a server sends in its Success packet, and only one that knows the password can
// (section 8.7).
AuthenticatorResponse authenticator_response(const NtHash& hash, const NtResponse& response,
                                             const Challenge& authenticator, const Challenge& peer,
                                             std::string_view user);

// RFC 1994 section 4.1.
std::array<uint8_t, 16> md5_response(uint8_t identifier, std::string_view secret,
                                     ByteSpan challenge);

}  // namespace callgate::ppp
