// SPDX-License-Identifier: GPL-2.0-or-later
// Each explainer recognises one encoding.
#include "callmgr/diagnose/log/explain.hh"

#include <fmt/format.h>

#include <array>

#include "callmgr/diagnose/log/decode.hh"
#include "callmgr/diagnose/log/packet.hh"
#include "callmgr/diagnose/log/scanner.hh"
#include "common/channel/reason.hh"
#include "common/command_line/values.hh"

namespace callgate::diagnose {
namespace {

std::string_view configure_code(const Packet& packet) {
  if (packet.code == "ConfReq") return packet.sent ? "we propose" : "the other end proposes";
  if (packet.code == "ConfAck") return packet.sent ? "we accept" : "the other end accepts";
  if (packet.code == "ConfNak")
    return packet.sent ? "we want other values" : "the other end wants other values";
  if (packet.code == "ConfRej") return packet.sent ? "we refuse" : "the other end refuses";
  return {};
}

std::string explain_configure(std::string_view text) {
  auto packet = parse_packet(text);
  auto words = packet ? configure_code(*packet) : std::string_view{};
  if (words.empty()) return {};
  std::string what;
  for_each_option(packet->body, [&](std::string_view option) {
    if (auto bits = mppe_bits(option)) what = ": " + describe_mppe(*bits);
    if (option.starts_with("auth "))
      what = fmt::format(": {}", authentication_name(option.substr(5)));
  });
  if (packet->code == "ConfReq" && what.empty()) return {};
  return std::string(words) + what;
}

std::string explain_chap(std::string_view text) {
  if (text.find("E=") == text.npos) return {};
  auto failure = parse_chap_failure(text);
  if (!failure || ras_error(failure->error).empty()) return {};
  auto words = fmt::format("{}: {}", failure->error, ras_error(failure->error));
  if (failure->retry)
    words += *failure->retry ? "; another attempt is allowed" : "; no other attempt is allowed";
  return words;
}

std::string explain_ras(std::string_view text) {
  if (text.find("TermReq") == text.npos && text.find("erminated by peer") == text.npos) return {};
  auto error = ras_error_in(text);
  if (!error) return {};
  auto words = ras_error(*error);
  return fmt::format("Windows error {}: {}", *error, words.empty() ? "not known here" : words);
}

std::string explain_pppd_exit(std::string_view text) {
  for (auto key :
       {"pppd exited with error code", "pppd exited with code", "status=", "pppd exited, status"}) {
    auto status = number_after(text, key);
    if (!status || pppd_exit_status(*status).empty()) continue;
    if (text.find("pppd") == text.npos && text.find("pptp@") == text.npos) continue;
    return fmt::format("pppd's exit status {}: {}", *status, pppd_exit_status(*status));
  }
  return {};
}

// "Script pptp vpn --nolaunchpppd finished (pid 1), status = 0x4"
std::string explain_pptp_exit(std::string_view text) {
  auto at = text.find("status = 0x");
  if (!text.starts_with("Script ") || text.find("pptp") == text.npos || at == text.npos) return {};
  if (text.find("ip-up") != text.npos || text.find("ip-down") != text.npos) return {};
  constexpr auto kLast = static_cast<uint64_t>(ExitStatus::manager_unreachable);
  auto status = whole_number(text.substr(at + 11), 1, kLast, 16);
  if (!status) return {};
  return fmt::format("pptp's exit status {}: {}", *status,
                     describe(static_cast<ExitStatus>(*status)));
}

std::string explain_call_manager(std::string_view text) {
  auto status = number_after(text, "Call manager exited with error");
  if (!status || *status < 256 || *status % 256 != 0) return {};
  return fmt::format("a wait status: exit status {}", *status / 256);
}

// pptp-linux and pptpd print the result codes of RFC 2637's replies.
std::string explain_result(std::string_view text) {
  auto result = number_after(text, "Reply result code is");
  auto error = number_after(text, "Error code is");
  if (!result && !error) return {};
  std::string words;
  auto code = [](int value) { return static_cast<uint8_t>(value < 256 ? value : 255); };
  if (result) words = fmt::format("result {}: {}", *result, ocrp_result(code(*result)));
  if (error && *error)
    words += fmt::format("{}error {}: {}", result ? ", " : "", *error, general_error(code(*error)));
  return words;
}

constexpr std::array kExplainers{explain_chap,      explain_ras,       explain_configure,
                                 explain_pppd_exit, explain_pptp_exit, explain_call_manager,
                                 explain_result};

}  // namespace

std::string explain(std::string_view text) {
  for (auto* explainer : kExplainers)
    if (auto words = explainer(text); !words.empty()) return words;
  return {};
}

}  // namespace callgate::diagnose
