// SPDX-License-Identifier: GPL-2.0-or-later
#include "ppp/mschap.hh"

#include <nettle/des.h>
#include <nettle/md4.h>
#include <nettle/md5.h>
#include <nettle/sha1.h>

#include <cstring>

namespace callgate::ppp {
namespace {

constexpr size_t kMaxPassword = 256;  // UTF-16 units (RFC 2759 section 4)

const uint8_t* bytes(std::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

// Returns nullopt if the text is not well-formed UTF-8: a surrogate, an overlong form, a number
// beyond Unicode, or a byte that is missing.
std::optional<std::u16string> utf16(std::string_view text) {
  std::u16string out;
  for (size_t i = 0; i < text.size();) {
    auto first = static_cast<uint8_t>(text[i++]);
    int more = first < 0x80   ? 0
               : first < 0xC2 ? -1
               : first < 0xE0 ? 1
               : first < 0xF0 ? 2
               : first < 0xF5 ? 3
                              : -1;
    if (more < 0 || text.size() - i < static_cast<size_t>(more)) return std::nullopt;
    char32_t point = more == 0 ? first : first & (0x3Fu >> more);
    for (int n = 0; n < more; n++) {
      auto next = static_cast<uint8_t>(text[i++]);
      if ((next & 0xC0) != 0x80) return std::nullopt;
      point = point << 6 | (next & 0x3Fu);
    }
    bool overlong = (more == 2 && point < 0x800) || (more == 3 && point < 0x10000);
    if (overlong || point > 0x10FFFF || (point >= 0xD800 && point < 0xE000)) return std::nullopt;
    if (point < 0x10000) {
      out.push_back(static_cast<char16_t>(point));
    } else {
      out.push_back(static_cast<char16_t>(0xD800 + ((point - 0x10000) >> 10)));
      out.push_back(static_cast<char16_t>(0xDC00 + ((point - 0x10000) & 0x3FF)));
    }
  }
  return out;
}

template <size_t Size>
std::array<uint8_t, Size> sha1_of(auto&&... parts) {
  sha1_ctx context;
  sha1_init(&context);
  (sha1_update(&context, parts.size(), reinterpret_cast<const uint8_t*>(parts.data())), ...);
  std::array<uint8_t, Size> out;
  static_assert(Size <= SHA1_DIGEST_SIZE);
  sha1_digest(&context, out.size(), out.data());
  return out;
}

std::array<uint8_t, 8> challenge_hash(const Challenge& peer, const Challenge& authenticator,
                                      std::string_view user) {
  return sha1_of<8>(peer, authenticator, user);
}

// Spreads 56 bits over eight bytes, each with room for a parity bit, which DES does not use.
std::array<uint8_t, 8> des_key(const uint8_t* seven) {
  uint64_t bits = 0;
  for (int i = 0; i < 7; i++) bits = bits << 8 | seven[i];
  std::array<uint8_t, 8> key;
  for (int i = 7; i >= 0; i--, bits >>= 7)
    key[static_cast<size_t>(i)] = static_cast<uint8_t>(bits << 1);
  return key;
}

}  // namespace

std::optional<NtHash> nt_hash(std::string_view password) {
  auto wide = utf16(password);
  if (!wide || wide->size() > kMaxPassword) return std::nullopt;
  Bytes little_endian;
  for (char16_t unit : *wide) {
    little_endian.push_back(static_cast<uint8_t>(unit));
    little_endian.push_back(static_cast<uint8_t>(unit >> 8));
  }
  md4_ctx context;
  md4_init(&context);
  md4_update(&context, little_endian.size(), little_endian.data());
  NtHash hash;
  md4_digest(&context, hash.size(), hash.data());
  if (!wide->empty()) {
    explicit_bzero(little_endian.data(), little_endian.size());
    explicit_bzero(wide->data(), wide->size() * sizeof(char16_t));
  }
  return hash;
}

std::string_view name_without_domain(std::string_view name) {
  return name.substr(name.rfind('\\') + 1);  // npos + 1 is 0
}

NtResponse nt_response(const Challenge& authenticator, const Challenge& peer, std::string_view user,
                       const NtHash& hash) {
  auto challenge = challenge_hash(peer, authenticator, user);
  std::array<uint8_t, 21> padded{};
  std::ranges::copy(hash, padded.begin());
  NtResponse response;
  for (size_t part = 0; part < 3; part++) {
    des_ctx context;
    // Its result only says whether the key is weak, which nobody can change here.
    (void)des_set_key(&context, des_key(padded.data() + part * 7).data());
    des_encrypt(&context, challenge.size(), response.data() + part * 8, challenge.data());
    explicit_bzero(&context, sizeof context);
  }
  explicit_bzero(padded.data(), padded.size());
  return response;
}

AuthenticatorResponse authenticator_response(const NtHash& hash, const NtResponse& response,
                                             const Challenge& authenticator, const Challenge& peer,
                                             std::string_view user) {
  constexpr std::string_view kMagic1 = "Magic server to client signing constant";
  constexpr std::string_view kMagic2 = "Pad to make it do more than one iteration";
  md4_ctx md4;
  md4_init(&md4);
  md4_update(&md4, hash.size(), hash.data());
  std::array<uint8_t, 16> hash_of_hash;
  md4_digest(&md4, hash_of_hash.size(), hash_of_hash.data());
  auto digest = sha1_of<20>(hash_of_hash, response, kMagic1);
  return sha1_of<20>(digest, challenge_hash(peer, authenticator, user), kMagic2);
}

std::array<uint8_t, 16> md5_response(uint8_t identifier, std::string_view secret,
                                     ByteSpan challenge) {
  md5_ctx context;
  md5_init(&context);
  md5_update(&context, 1, &identifier);
  md5_update(&context, secret.size(), bytes(secret));
  md5_update(&context, challenge.size(), challenge.data());
  std::array<uint8_t, 16> response;
  md5_digest(&context, response.size(), response.data());
  return response;
}

}  // namespace callgate::ppp
