// SPDX-License-Identifier: GPL-2.0-or-later
// Proves to the server who we are, by PAP (RFC 1334), CHAP with MD5 (RFC 1994) or MS-CHAPv2 (RFC
// 2759). Takes packets, answers of the holder of the password, and the time; returns steps.
//
// A server may send a challenge at any time. If it repeats one whose response was lost, it gets the
// same response again, because the keys of MPPE depend on it.
#pragma once

#include "ppp/negotiation.hh"
#include "ppp/secret.hh"

namespace callgate::ppp {

struct AskSecret {
  SecretQuestion question;
};
struct Authenticated {
  std::string message;  // foreign text
  StartKeys keys;       // zeros unless by MS-CHAPv2
};
struct AuthenticationFailed {
  std::string reason;    // a sentence; quotes of the server are printable
  bool refused = false;  // the server refused name or password: to try again can lock the account
};
struct SendAuthentication {
  Bytes packet;
};
using AuthenticationStep =
    std::variant<SendAuthentication, AskSecret, Authenticated, AuthenticationFailed>;
using AuthenticationSteps = std::vector<AuthenticationStep>;

class Authenticator {
 public:
  struct Settings {
    std::string name;
    Duration restart{3000};  // before PAP's request is repeated
    unsigned max_requests = 10;
  };

  Authenticator(Authentication kind, Settings settings)
      : kind_(kind), settings_(std::move(settings)) {}

  AuthenticationSteps start(TimePoint now);
  // `payload` is the frame of PAP or CHAP after its protocol number.
  AuthenticationSteps receive(ByteSpan payload, TimePoint now);
  AuthenticationSteps answered(const SecretAnswer& answer, TimePoint now);
  AuthenticationSteps advance(TimePoint now);
  std::optional<TimePoint> deadline() const { return deadline_; }

 private:
  AuthenticationSteps receive_pap(const ControlPacket& packet);
  AuthenticationSteps receive_chap(const ControlPacket& packet);
  AuthenticationSteps challenged(const ControlPacket& packet);
  AuthenticationSteps succeeded(std::string_view message);
  AuthenticationSteps failed(std::string_view message);
  AuthenticationStep response() const;

  Authentication kind_;
  Settings settings_;
  std::optional<SecretQuestion> asked_;  // and not answered yet
  std::optional<SecretAnswer> answer_;   // to the last challenge
  bool waiting_ = false;                 // for the server's verdict
  unsigned requests_ = 0;
  std::optional<TimePoint> deadline_;
};

// What a server says in MS-CHAPv2's Failure packet (RFC 2759 section 6).
struct MsChapFailure {
  unsigned error = 0;        // RAS error, such as 691; 0 = not told
  bool retry = false;        // R=1
  std::string_view message;  // M=, or the whole text
};
MsChapFailure parse_ms_chap_failure(std::string_view message);

}  // namespace callgate::ppp
