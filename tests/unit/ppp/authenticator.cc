// SPDX-License-Identifier: GPL-2.0-or-later
#include "ppp/authenticator.hh"

#include <fmt/format.h>

#include "tests/unit/catch.hh"
#include "tests/unit/contains.hh"

using namespace callgate;
using namespace callgate::ppp;

namespace {

enum ChapCode : uint8_t { kChallenge = 1, kResponse = 2, kSuccess = 3, kFailure = 4 };
constexpr uint8_t kIdentifier = 7;
const std::string kProof(40, 'A');  // of the bytes 0xAA

Bytes packet(uint8_t code, std::string_view text, uint8_t identifier = kIdentifier) {
  return encode(ControlPacket{
      Code{code}, identifier, {reinterpret_cast<const uint8_t*>(text.data()), text.size()}});
}

Bytes challenge(uint8_t size, uint8_t fill = 1, uint8_t identifier = kIdentifier) {
  std::string data(1 + size, static_cast<char>(fill));
  data[0] = static_cast<char>(size);
  return packet(kChallenge, data + "server", identifier);
}

// A client that has answered the server's first challenge.
struct Client {
  Authenticator end{Authentication::ms_chap_v2, {.name = "alice"}};
  TimePoint now{};

  Client() { answer(end.receive(challenge(16), now)); }

  void answer(const AuthenticationSteps& steps) {
    auto& ask = std::get<AskSecret>(steps.at(0));
    SecretAnswer made{ask.question, Bytes(49, 2), {}, {}};
    made.expected.fill(0xAA);
    CHECK(end.answered(made, now).size() == 1);
  }
  AuthenticationSteps hear(const Bytes& packet) { return end.receive(packet, now); }
};

}  // namespace

TEST_CASE("every error of the server ends the link with its meaning, even if a retry is allowed") {
  for (auto [error, meaning] : {std::pair{646, "time of the day"},
                                {647, "disabled"},
                                {648, "password has expired"},
                                {649, "may not dial in"},
                                {691, "name or the password is wrong"},
                                {709, "could not be changed"},
                                {12345, "no reason that is known"}})
    for (int retry : {0, 1}) {
      Client client;
      auto steps = client.hear(
          packet(kFailure, fmt::format("E={} R={} C={:032X} V=3 M=text", error, retry, 0x1234)));
      REQUIRE(steps.size() == 1);
      auto& failed = std::get<AuthenticationFailed>(steps[0]);
      CHECK(failed.refused);
      CHECK_THAT(failed.reason, contains(fmt::format("E={}", error)) && contains(meaning));
      CHECK_FALSE(client.end.deadline());
    }
}

TEST_CASE("the server's proof is found in every form of the Success packet that is in use") {
  for (const auto& [text, message] :
       {std::pair{"S=" + kProof + " M=Welcome", "Welcome"},
        {"S=" + kProof, ""},
        {"S=" + kProof + " M=", ""},
        {"S=" + kProof + "M=Welcome", "M=Welcome"},
        {"S=" + std::string(40, 'a') + " M=small letters", "small letters"},
        {"S=" + kProof + " M=S=other M=more", "S=other M=more"}}) {
    Client client;
    auto steps = client.hear(packet(kSuccess, text));
    REQUIRE(steps.size() == 1);
    REQUIRE(std::holds_alternative<Authenticated>(steps[0]));
    CHECK(std::get<Authenticated>(steps[0]).message == message);
  }
}

TEST_CASE("a Success packet without the right proof ends the link") {
  std::string wrong = kProof;
  wrong.back() = 'B';
  for (const std::string& text :
       {std::string(), std::string("M=Welcome"), "S=" + kProof.substr(1), "S=" + wrong,
        "s=" + kProof, " S=" + kProof, "S= " + kProof, "S=" + std::string(40, 'G'),
        "S=" + std::string(39, 'A') + "-", "S=" + std::string(20, ' ') + kProof}) {
    INFO(text);
    Client client;
    auto steps = client.hear(packet(kSuccess, text));
    REQUIRE(steps.size() == 1);
    auto& failed = std::get<AuthenticationFailed>(steps[0]);
    CHECK_FALSE(failed.refused);
    CHECK_THAT(failed.reason, contains("prove"));
  }
}

TEST_CASE("a verdict on another Response, a second one, and one that is cut are ignored") {
  Client client;
  CHECK(client.hear(packet(kSuccess, "S=" + kProof, kIdentifier + 1)).empty());
  CHECK(client.hear(packet(kFailure, "E=691 R=0", kIdentifier + 1)).empty());
  Bytes cut = packet(kFailure, "E=691 R=0");
  cut.pop_back();
  CHECK(client.hear(cut).empty());
  CHECK(client.hear(packet(kSuccess, "S=" + kProof)).size() == 1);
  CHECK(client.hear(packet(kSuccess, "S=" + kProof)).empty());
  CHECK(client.hear(packet(kFailure, "E=691 R=0")).empty());
}

TEST_CASE("a challenge without a value, or with one that reaches beyond it, is ignored") {
  Client client;
  CHECK(client.hear(packet(kChallenge, "")).empty());
  CHECK(client.hear(packet(kChallenge, std::string(1, '\0'))).empty());
  CHECK(client.hear(packet(kChallenge, std::string(1, '\x10') + "short")).empty());
}

TEST_CASE("the same challenge has the same response; another number or value is a new question") {
  Client client;
  auto again = client.hear(challenge(16));
  REQUIRE(again.size() == 1);
  CHECK(std::holds_alternative<SendAuthentication>(again[0]));
  CHECK(std::holds_alternative<AskSecret>(client.hear(challenge(16, 1, kIdentifier + 1)).at(0)));
  CHECK(std::holds_alternative<AskSecret>(client.hear(challenge(16, 3)).at(0)));
  CHECK(client.hear(challenge(16, 3)).empty());  // asked already
}
