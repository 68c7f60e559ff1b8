// SPDX-License-Identifier: GPL-2.0-or-later
#include "ppp/mppe_keys.hh"

#include <nettle/md4.h>
#include <nettle/sha1.h>

namespace callgate::ppp {
namespace {

// RFC 3079 section 3.4 has these sentences.
constexpr std::string_view kMagic1 = "This is the MPPE Master Key";
constexpr std::string_view kMagic2 =
    "On the client side, this is the send key; on the server side, it is the receive key.";
constexpr std::string_view kMagic3 =
    "On the client side, this is the receive key; on the server side, it is the send key.";

std::array<uint8_t, 40> padding(uint8_t byte) {
  std::array<uint8_t, 40> pad;
  pad.fill(byte);
  return pad;
}

// nettle uses the processor's instructions for SHA-1 if there are any.
MasterKey sha1_of(auto&&... parts) {
  sha1_ctx context;
  sha1_init(&context);
  (sha1_update(&context, parts.size(), reinterpret_cast<const uint8_t*>(parts.data())), ...);
  MasterKey out;
  sha1_digest(&context, out.size(), out.data());
  return out;
}

// A key of fewer bits begins with bytes that everybody knows (RFC 3078 section 7.3).
void reduce(SessionKey& key) {
  switch (key.length) {
    case KeyLength::bits_40:
      key.bytes[0] = 0xD1;
      key.bytes[1] = 0x26;
      key.bytes[2] = 0x9E;
      break;
    case KeyLength::bits_56: key.bytes[0] = 0xD1; break;
    case KeyLength::bits_128: break;
  }
}

// The first bytes of SHA-1 of the start key and a session key (RFC 3078 section 7.3).
SessionKey mixed(const MasterKey& start, const SessionKey& current) {
  ByteSpan first(start.data(), current.size()), second = current.used();
  MasterKey digest = sha1_of(first, padding(0x00), second, padding(0xF2));
  SessionKey next{{}, current.length};
  std::copy_n(digest.begin(), next.size(), next.bytes.begin());
  return next;
}

// Encrypts a key with itself.
SessionKey encrypted(const SessionKey& key, Rc4& cipher) {
  SessionKey out{{}, key.length};
  cipher.apply(key.used(), out.bytes.data());
  reduce(out);
  return out;
}

}  // namespace

StartKeys start_keys(const NtHash& hash, const NtResponse& response, bool is_server) {
  md4_ctx md4;
  md4_init(&md4);
  md4_update(&md4, hash.size(), hash.data());
  NtHash hash_of_hash;
  md4_digest(&md4, hash_of_hash.size(), hash_of_hash.data());
  MasterKey master = sha1_of(hash_of_hash, response, kMagic1);
  MasterKey to_server = sha1_of(master, padding(0x00), kMagic2, padding(0xF2));
  MasterKey to_client = sha1_of(master, padding(0x00), kMagic3, padding(0xF2));
  return is_server ? StartKeys{to_client, to_server} : StartKeys{to_server, to_client};
}

SessionKey first_key(const MasterKey& start, KeyLength length) {
  SessionKey key{start, length};
  std::fill(key.bytes.begin() + static_cast<std::ptrdiff_t>(key.size()), key.bytes.end(),
            uint8_t{0});
  SessionKey first = mixed(start, key);
  reduce(first);
  return first;
}

SessionKey next_key(const MasterKey& start, const SessionKey& current) {
  SessionKey next = mixed(start, current);
  Rc4 own(next.used());
  return encrypted(next, own);
}

SessionKey next_key(const MasterKey& start, const SessionKey& current, Rc4& cipher) {
  SessionKey next = mixed(start, current);
  Rc4 own;
  Rc4::set_keys(own, next.used(), cipher, current.used());
  return encrypted(next, own);
}

}  // namespace callgate::ppp
