// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/live/probes/control_answer.hh"

#include <fmt/format.h>

#include <cstring>

#include "callmgr/diagnose/live/faults.hh"
#include "callmgr/diagnose/live/probes.hh"
#include "callmgr/diagnose/live/words.hh"
#include "common/channel/reason.hh"

namespace callgate::diagnose::live {
namespace {

constexpr size_t kShown = 60;  // bytes of an answer that is not PPTP

std::string first_line(const std::string& text) {
  auto end = std::min(text.find_first_of("\r\n"), kShown);
  return printable(text.substr(0, end));
}

// Some programs can be known by their first bytes.
std::string_view program_of(const std::string& text) {
  if (text.starts_with("HTTP/") || text.starts_with("<")) return "a web server";
  if (text.starts_with("SSH-")) return "an SSH server";
  if (text.starts_with("220")) return "a mail or FTP server";
  return "another program";
}

Result not_pptp(const ControlAnswer& answer) {
  std::string program(program_of(answer.text()));
  return failure("control-not-pptp",
                 fmt::format("{} answers: \"{}\"", program, first_line(answer.text())), program);
}

Result silent(Duration waited) {
  return failure(
      "control-silent",
      fmt::format("connected, but no Start-Control-Connection-Reply in {}", in_seconds(waited)));
}

Result closed(const ControlAnswer& answer) {
  auto how = answer.os_error() ? std::strerror(answer.os_error()) : "closed by the server";
  return failure("control-closed", fmt::format("the TCP connection ended before a reply: {}", how));
}

Result refused(const StartControlConnectionReply& reply) {
  return failure("control-refused",
                 fmt::format("the server refuses: result {} ({}), error {} ({})", reply.result,
                             sccrp_result(reply.result), reply.error, general_error(reply.error)));
}

// Some servers name their authors or their system. What kind of server it is helps more.
std::string kind_of(const std::string& vendor) {
  if (vendor == "cananian") return " (accel-ppp)";
  if (vendor == "linux") return " (pptpd)";
  return {};
}

Result speaks_pptp(const StartControlConnectionReply& reply) {
  auto channels = reply.maximum_channels ? std::to_string(reply.maximum_channels) : "any number of";
  return pass(fmt::format(
      "it speaks PPTP {}.{}: host \"{}\", vendor \"{}\"{}, firmware {}, {} channel{}",
      reply.protocol_version >> 8, reply.protocol_version & 0xff, printable(reply.host_name.text),
      printable(reply.vendor.text), kind_of(reply.vendor.text), reply.firmware_revision, channels,
      reply.maximum_channels == 1 ? "" : "s"));
}

}  // namespace

void ControlAnswer::received(ByteSpan bytes) {
  if (text_.size() < kShown) text_.append(bytes.begin(), bytes.end());
  framer_.push(bytes);
  auto next = framer_.next();
  while (std::holds_alternative<UnknownMessage>(next)) next = framer_.next();
  malformed_ = std::holds_alternative<Malformed>(next);
  if (auto* message = std::get_if<ControlMessage>(&next)) {
    if (auto* reply = std::get_if<StartControlConnectionReply>(message))
      reply_ = *reply;
    else
      other_ = std::move(*message);
  }
}

void ControlAnswer::closed(int os_error) {
  closed_ = true;
  os_error_ = os_error;
}

Result judge(const ControlAnswer& answer, Duration waited) {
  if (const auto* reply = answer.reply()) {
    // Some servers send result 0 instead of 1.
    return reply->result <= 1 ? speaks_pptp(*reply) : refused(*reply);
  }
  if (const auto* other = answer.other())
    return failure("control-out-of-order",
                   fmt::format("the server answers with {}", name(type_of(*other))));
  if (answer.malformed()) return not_pptp(answer);
  return answer.was_closed() ? closed(answer) : silent(waited);
}

}  // namespace callgate::diagnose::live
