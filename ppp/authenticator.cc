// SPDX-License-Identifier: GPL-2.0-or-later
#include "ppp/authenticator.hh"

#include <fmt/format.h>
#include <nettle/memops.h>

#include <charconv>

namespace callgate::ppp {
namespace {

enum ChapCode : uint8_t { kChallenge = 1, kResponse = 2, kSuccess = 3, kFailure = 4 };
enum PapCode : uint8_t { kRequest = 1, kAck = 2, kNak = 3 };

std::string_view text(ByteSpan bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Bytes packet(uint8_t code, uint8_t identifier, ByteSpan data) {
  return encode(ControlPacket{Code{code}, identifier, data});
}

// A value after its length of one byte.
ByteSpan counted(Reader& reader) {
  uint8_t size = 0;
  reader(size);
  return reader.take(size);
}

// Returns the 20 bytes after "S=", which are 40 hexadecimal digits. Some servers write small ones.
std::optional<AuthenticatorResponse> proof(std::string_view message) {
  AuthenticatorResponse out;
  if (!message.starts_with("S=") || message.size() < 2 + out.size() * 2) return std::nullopt;
  const char* digits = message.data() + 2;
  for (uint8_t& byte : out) {
    auto end = std::from_chars(digits, digits + 2, byte, 16);
    if (end.ptr != digits + 2) return std::nullopt;
    digits += 2;
  }
  return out;
}

std::string_view meaning(unsigned error) {
  switch (error) {
    case 646: return "the account may not be used at this time of the day";
    case 647: return "the account is disabled";
    case 648: return "the password has expired";
    case 649: return "the account may not dial in";
    case 691: return "the name or the password is wrong";
    case 709: return "the password could not be changed";
    default: return "the server gave no reason that is known";
  }
}

}  // namespace

MsChapFailure parse_ms_chap_failure(std::string_view message) {
  MsChapFailure failure{0, false, message};
  auto after = [&](std::string_view key) {
    size_t at = message.starts_with(key) ? 0 : message.find(fmt::format(" {}", key));
    if (at == std::string_view::npos) return std::string_view{};
    return message.substr(at + key.size() + (at == 0 && message.starts_with(key) ? 0 : 1));
  };
  auto error = after("E=");
  std::from_chars(error.data(), error.data() + error.size(), failure.error);
  failure.retry = after("R=").starts_with('1');
  if (auto words = after("M="); !words.empty()) failure.message = words;
  return failure;
}

AuthenticationSteps Authenticator::start(TimePoint) {
  if (kind_ != Authentication::pap) return {};  // the server begins
  asked_ = SecretQuestion{kind_, 1, {}};
  return {AskSecret{*asked_}};
}

AuthenticationSteps Authenticator::answered(const SecretAnswer& answer, TimePoint now) {
  if (!asked_ || answer.question != *asked_) return {};
  asked_.reset();
  answer_ = answer;
  waiting_ = true;
  requests_ = 1;
  // Either our packet or the verdict may be lost. A server repeats its verdict on a Response that
  // it has already seen (RFC 1994 section 4.2).
  deadline_ = now + settings_.restart;
  return {response()};
}

AuthenticationStep Authenticator::response() const {
  uint8_t identifier = answer_->question.identifier;
  if (kind_ == Authentication::pap)
    return SendAuthentication{packet(kRequest, identifier, answer_->value)};
  Bytes data{static_cast<uint8_t>(answer_->value.size())};
  data.insert(data.end(), answer_->value.begin(), answer_->value.end());
  data.insert(data.end(), settings_.name.begin(), settings_.name.end());
  return SendAuthentication{packet(kResponse, identifier, data)};
}

AuthenticationSteps Authenticator::advance(TimePoint now) {
  if (!deadline_ || now < *deadline_) return {};
  deadline_.reset();
  if (requests_ >= settings_.max_requests)
    return {AuthenticationFailed{
        fmt::format("the server did not answer {} requests to authenticate", requests_), false}};
  requests_++;
  deadline_ = now + settings_.restart;
  return {response()};
}

AuthenticationSteps Authenticator::receive(ByteSpan payload, TimePoint) {
  auto packet = parse_control_packet(payload);
  if (!packet) return {};
  return kind_ == Authentication::pap ? receive_pap(*packet) : receive_chap(*packet);
}

AuthenticationSteps Authenticator::receive_pap(const ControlPacket& packet) {
  if (!waiting_ || packet.identifier != answer_->question.identifier) return {};
  Reader reader(packet.data);
  std::string_view message = text(counted(reader));
  auto code = static_cast<uint8_t>(packet.code);
  if (code != kAck && code != kNak) return {};
  waiting_ = false;
  deadline_.reset();
  if (code == kAck) return {Authenticated{std::string(message), {}}};
  return {AuthenticationFailed{
      fmt::format("PAP authentication failed: the server says \"{}\"", printable(message)), true}};
}

AuthenticationSteps Authenticator::receive_chap(const ControlPacket& packet) {
  switch (static_cast<uint8_t>(packet.code)) {
    case kChallenge: return challenged(packet);
    case kSuccess:
    case kFailure:
      if (!waiting_ || packet.identifier != answer_->question.identifier) return {};
      waiting_ = false;
      deadline_.reset();
      return static_cast<uint8_t>(packet.code) == kSuccess ? succeeded(text(packet.data))
                                                           : failed(text(packet.data));
    default: return {};
  }
}

AuthenticationSteps Authenticator::challenged(const ControlPacket& packet) {
  Reader reader(packet.data);
  ByteSpan value = counted(reader);
  if (!reader.ok() || value.empty()) return {};
  SecretQuestion question{kind_, packet.identifier, Bytes(value.begin(), value.end())};
  if (answer_ && answer_->question == question) {
    waiting_ = true;
    return {response()};
  }
  if (asked_ == question) return {};
  deadline_.reset();
  asked_ = question;
  return {AskSecret{std::move(question)}};
}

AuthenticationSteps Authenticator::succeeded(std::string_view message) {
  if (kind_ != Authentication::ms_chap_v2) return {Authenticated{std::string(message), {}}};
  auto proven = proof(message);
  if (!proven)
    return {
        AuthenticationFailed{"the server accepted the password, but its MS-CHAPv2 Success "
                             "packet is badly formed, so that it has not proved to know it",
                             false}};
  if (!memeql_sec(proven->data(), answer_->expected.data(), proven->size()))
    return {AuthenticationFailed{"the server does not know the password: it could not prove it",
                                 false}};
  message.remove_prefix(2 + 2 * proven->size());
  if (message.starts_with(" M=")) message.remove_prefix(3);
  return {Authenticated{std::string(message), answer_->keys}};
}

AuthenticationSteps Authenticator::failed(std::string_view message) {
  if (kind_ != Authentication::ms_chap_v2)
    return {AuthenticationFailed{
        fmt::format("CHAP authentication failed: the server says \"{}\"", printable(message)),
        true}};
  auto failure = parse_ms_chap_failure(message);
  if (failure.error == 0)
    return {AuthenticationFailed{
        fmt::format("MS-CHAP authentication failed: the server says \"{}\"", printable(message)),
        true}};
  return {AuthenticationFailed{
      fmt::format("MS-CHAP authentication failed: E={} {}", failure.error, meaning(failure.error)),
      true}};
}

}  // namespace callgate::ppp
