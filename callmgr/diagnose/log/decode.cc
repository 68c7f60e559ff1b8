// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/log/decode.hh"

#include <array>
#include <utility>

#include "callmgr/diagnose/log/packet.hh"
#include "callmgr/diagnose/log/scanner.hh"
#include "common/command_line/values.hh"

namespace callgate::diagnose {
namespace {

using namespace std::string_view_literals;

constexpr std::array<std::pair<int, std::string_view>, 41> kRasErrors{{
    {0, "no error: the other end hung up"},
    {602, "the port is already in use"},
    {619, "the port was disconnected: often GRE does not pass, or the server ended the call early"},
    {628, "the connection was closed before it was complete"},
    {629, "the connection was closed by the other end"},
    {631, "the user ended the connection"},
    {635, "an unknown error"},
    {638, "the request timed out"},
    {645, "an authentication error inside the server"},
    {646, "this account may not log on at this time"},
    {647, "this account is disabled"},
    {648, "the password of this account has expired"},
    {649, "this account may not dial in"},
    {650, "the server does not answer"},
    {651, "the modem, or the device in its place, reported an error"},
    {676, "the line is busy"},
    {678, "there is no answer"},
    {691, "user name, password or domain is wrong, or this authentication method is not allowed"},
    {709, "changing the password failed"},
    {718, "waiting for the other end timed out"},
    {720, "the two ends could not agree on a network protocol"},
    {721, "the other end does not respond: often GRE does not pass"},
    {722, "a PPP packet was invalid"},
    {726, "IPX cannot be used for more than one caller"},
    {728, "there is no address that TCP/IP could use"},
    {729, "SLIP cannot be used here"},
    {731, "the protocol is not configured"},
    {732, "PPP negotiation does not converge: the two ends insist on different values"},
    {733, "the network protocol is not available on the server"},
    {734, "the PPP link was ended"},
    {735, "the server refused the requested address"},
    {736, "the other end ended the link"},
    {737, "the link is looped back to itself"},
    {738, "the server has no address to give"},
    {739,
     "the server's authentication method does not work with the way in which passwords are stored"},
    {741, "this computer does not support the requested encryption"},
    {742, "the other end does not support the required encryption"},
    {743, "the server requires encryption"},
    {778, "the server's identity could not be verified"},
    {812, "the server's policy does not allow this; often it is the authentication method"},
    {919, "the other end refuses the authentication method"},
}};

constexpr std::array kPppdStatuses{
    "it ended normally: it hung up or was told to detach"sv,
    "a fatal error: a system call failed, or memory ran out"sv,
    "an option is wrong, or two options contradict each other"sv,
    "it is not setuid root and was not started by root"sv,
    "the kernel does not support PPP, or its module cannot be loaded"sv,
    "a signal ended it (SIGINT, SIGTERM or SIGHUP)"sv,
    "another process has locked the port"sv,
    "the port could not be opened"sv,
    "the connect script failed"sv,
    "the program given as pty could not be run"sv,
    "PPP negotiation failed: no network protocol came up"sv,
    "the other end did not authenticate itself"sv,
    "the link was idle for too long"sv,
    "the time limit of the connection was reached"sv,
    "callback was negotiated: the other end calls back"sv,
    "the other end does not answer echo requests"sv,
    "the line was hung up: pptp ended, and its own message says why"sv,
    "the link is looped back to itself"sv,
    "the init script failed"sv,
    "the server did not accept our name and password"sv};

constexpr std::string_view kMagic("\x00\x3c\xcd\x74", 4);

bool take_octal(Scanner& in, std::string& bytes) {
  Scanner ahead = in;
  if (!ahead.take('\\')) return false;
  auto before = ahead.rest();
  size_t n = 0;
  // Old versions print a byte above 0x7f as a negative number: \37777777776.
  size_t most = before.starts_with("3777777") ? 11 : 3;
  while (n < most && n < before.size() && before[n] >= '0' && before[n] <= '7') n++;
  if (n == 0) return false;
  bytes +=
      static_cast<char>(whole_number(before.substr(0, n), 0, UINT64_MAX, 8).value_or(0) & 0xff);
  ahead.take(before.substr(0, n));
  in = ahead;
  return true;
}

bool take_caret(Scanner& in, std::string& bytes) {
  Scanner ahead = in;
  int high = (ahead.take("M-") || ahead.take("m-")) ? 0x80 : 0;
  bool control = ahead.take('^');
  if ((!high && !control) || ahead.rest().empty()) return false;
  char c = ahead.rest()[0];
  ahead.take(c);
  bytes += static_cast<char>((control ? c ^ 0x40 : c) | high);
  in = ahead;
  return true;
}

std::string from_string(std::string_view text) {
  std::string bytes;
  Scanner in(text);
  while (!in.rest().empty()) {
    if (take_octal(in, bytes) || take_caret(in, bytes)) continue;
    bytes += in.rest()[0];
    in.take(in.rest()[0]);
  }
  return bytes;
}

std::string from_hex(std::string_view text) {
  std::string bytes;
  Scanner in(text);
  while (in.spaces(), !in.rest().empty()) {
    auto word = in.word();
    while (!word.empty() && (word.back() == ']' || word.back() == ')')) word.remove_suffix(1);
    auto byte = whole_number(word, 0, 0xff, 16);
    if (byte && word.size() == 2) bytes += static_cast<char>(*byte);
  }
  return bytes;
}

std::optional<int> after_magic(std::string_view bytes) {
  auto at = bytes.find(kMagic);
  if (at == bytes.npos || bytes.size() < at + 8) return {};
  uint32_t number = 0;
  for (char c : bytes.substr(at + 4, 4)) number = number << 8 | static_cast<uint8_t>(c);
  if (number > 9999) return {};
  return static_cast<int>(number);
}

}  // namespace

std::string_view authentication_name(std::string_view option) {
  if (option == "chap 81") return "chap MS-v2";
  if (option == "chap 80") return "chap MS";
  if (option == "chap 05" || option == "chap 5") return "chap MD5";
  return option;
}

std::string describe_mppe(uint32_t bits) {
  std::string keys;
  auto add = [&](uint32_t bit, std::string_view word) {
    if (bits & bit) keys.append(keys.empty() ? "" : " or ").append(word);
  };
  add(mppe::k128, "128 bit");
  add(mppe::k56, "56 bit");
  add(mppe::k40, "40 bit");
  if (keys.empty()) keys = "no encryption";
  keys += bits & mppe::kStateless ? ", stateless" : ", stateful";
  if (bits & mppe::kMppc) keys += ", with MPPC compression";
  return keys;
}

std::optional<ChapFailure> parse_chap_failure(std::string_view text) {
  auto error = number_after(text, "E=");
  if (!error) return {};
  ChapFailure failure{
      .error = *error, .retry = number_after(text, " R="), .version = number_after(text, " V=")};
  if (auto at = text.find(" M="); at != text.npos) {
    failure.message = text.substr(at + 3);
    failure.message = failure.message.substr(0, failure.message.find('"'));
  }
  return failure;
}

std::optional<int> ras_error_in(std::string_view text) {
  if (auto number = after_magic(from_hex(text))) return number;
  return after_magic(from_string(text));
}

std::string_view ras_error(int number) {
  for (const auto& [error, text] : kRasErrors)
    if (error == number) return text;
  return {};
}

std::string_view pppd_exit_status(int status) {
  if (status < 0 || static_cast<size_t>(status) >= kPppdStatuses.size()) return {};
  return kPppdStatuses[static_cast<size_t>(status)];
}

}  // namespace callgate::diagnose
