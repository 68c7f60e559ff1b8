// SPDX-License-Identifier: GPL-2.0-or-later
// The test vectors of RFC 2759 section 9.2 and RFC 3079 section 3.5.
#include <stdexcept>

#include "ppp/mppe_keys.hh"
#include "ppp/mschap.hh"
#include "ppp/rc4.hh"
#include "tests/unit/catch.hh"
#include "tests/unit/ppp/hex.hh"

using namespace callgate;
using namespace callgate::ppp;

namespace {

template <typename T>
T fixed(std::string_view hex) {
  T out{};
  Bytes bytes = from_hex(hex);
  if (bytes.size() != out.size()) throw std::logic_error("a vector has the wrong size");
  std::ranges::copy(bytes, out.begin());
  return out;
}

const auto kAuthenticator = fixed<Challenge>("5B5D7C7D7B3F2F3E3C2C602132262628");
const auto kPeer = fixed<Challenge>("21402324255E262A28295F2B3A337C7E");
const auto kResponse = fixed<NtResponse>("82309ECD8D708B5EA08FAA3981CD83544233114A3D85D6DF");

Bytes encrypted(const SessionKey& key, std::string_view text) {
  Bytes out(text.size());
  Rc4({key.bytes.data(), key.size()})
      .apply({reinterpret_cast<const uint8_t*>(text.data()), text.size()}, out.data());
  return out;
}

Bytes used(const SessionKey& key) {
  return {key.bytes.begin(), key.bytes.begin() + static_cast<std::ptrdiff_t>(key.size())};
}

}  // namespace

TEST_CASE("the password of RFC 2759 has the hash, response and proof of its section 9.2") {
  NtHash hash = *nt_hash("clientPass");
  CHECK(hash == fixed<NtHash>("44EBBA8D5312B8D611474411F56989AE"));
  CHECK(nt_response(kAuthenticator, kPeer, "User", hash) == kResponse);
  CHECK(authenticator_response(hash, kResponse, kAuthenticator, kPeer, "User") ==
        fixed<AuthenticatorResponse>("407A5589115FD0D6209F510FE9C04566932CDA56"));
}

TEST_CASE("keys of every length are those of RFC 3079 section 3.5") {
  StartKeys keys =
      start_keys(*nt_hash("clientPass"), kResponse, true);  // the RFC shows the server's
  CHECK(keys.send == fixed<MasterKey>("8B7CDC149B993A1BA118CB153F56DCCB"));

  SessionKey key = first_key(keys.send, KeyLength::bits_40);
  CHECK(used(key) == from_hex("D1269EC49FA62E3E"));
  CHECK(encrypted(key, "test message") == from_hex("929137917E5803D668D75898"));

  key = first_key(keys.send, KeyLength::bits_56);
  CHECK(used(key) == from_hex("D15C00C49FA62E3E"));
  CHECK(encrypted(key, "test message") == from_hex("3F106833FA448DA842BC57B8"));

  key = first_key(keys.send, KeyLength::bits_128);
  CHECK(used(key) == from_hex("405CB2247A7956E6E211007AE27B22D4"));
  CHECK(encrypted(key, "test message") == from_hex("81848317DF68846272FB5ABE"));
}

TEST_CASE("the server's keys are the client's, the other way round") {
  StartKeys client = start_keys(*nt_hash("clientPass"), kResponse, false);
  StartKeys server = start_keys(*nt_hash("clientPass"), kResponse, true);
  CHECK(client.send == server.receive);
  CHECK(client.receive == server.send);
}

TEST_CASE("a password is UTF-8, and has at most 256 UTF-16 units") {
  CHECK(nt_hash(std::string(256, 'x')));
  CHECK_FALSE(nt_hash(std::string(257, 'x')));
  CHECK(nt_hash("") == fixed<NtHash>("31D6CFE0D16AE931B73C59D7E0C089C0"));
  CHECK(nt_hash("p\xC3\xA4ss"));             // U+00E4
  CHECK(nt_hash("\xF0\x9F\x94\x91"));        // U+1F511, two units
  CHECK_FALSE(nt_hash("p\xE4ss"));           // Latin-1
  CHECK_FALSE(nt_hash("\xC0\xAF"));          // overlong
  CHECK_FALSE(nt_hash("\xED\xA0\x80"));      // a surrogate
  CHECK_FALSE(nt_hash("\xF4\x90\x80\x80"));  // beyond Unicode
  CHECK_FALSE(nt_hash("\xE2\x82"));          // cut off
}

TEST_CASE("a domain takes no part in the computation") {
  CHECK(name_without_domain("User") == "User");
  CHECK(name_without_domain("DOMAIN\\User") == "User");
  CHECK(name_without_domain("A\\B\\User") == "User");
  CHECK(name_without_domain("") == "");
}
