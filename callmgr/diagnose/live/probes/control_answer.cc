// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/live/probes/control_answer.hh"

#include <fmt/format.h>

#include <cstring>

#include "callmgr/diagnose/live/probes.hh"
#include "common/channel/reason.hh"

namespace callgate::diagnose::live {
namespace {

constexpr size_t kShown = 60;  // bytes of what something else says

std::string first_line(const std::string& text) {
  auto end = std::min(text.find_first_of("\r\n"), kShown);
  return printable(text.substr(0, end));
}

// Programs that begin with their name.
std::string_view program_of(const std::string& text) {
  if (text.starts_with("HTTP/") || text.starts_with("<")) return "a web server";
  if (text.starts_with("SSH-")) return "an SSH server";
  if (text.starts_with("220")) return "a mail or FTP server";
  return "something else";
}

Result failure(std::string seen, std::string cause, std::string remedy, std::string rule,
               std::string entry = {}) {
  return {Outcome::fail,     std::move(seen), std::move(cause),
          std::move(remedy), std::move(rule), std::move(entry)};
}

Result not_pptp(const ControlAnswer& answer) {
  auto what = program_of(answer.text());
  return failure(
      fmt::format("{} answers: \"{}\"", what, first_line(answer.text())),
      fmt::format("On TCP port 1723 of this address {} listens, and no PPTP server.", what),
      "Check the server's name and address, and on a router the port that it forwards:\n"
      "  on the server: ss -ltnp sport = 1723",
      "control-not-pptp");
}

Result silent(Duration waited) {
  return failure(
      fmt::format("connected, but no Start-Control-Connection-Reply in {}", in_seconds(waited)),
      "Something accepts the TCP connection and then says nothing: a PPTP server that hangs, a "
      "firewall that"
      " answers in the server's place, or another program.",
      "On the server, restart it and look at its log:\n  systemctl restart pptpd\n  journalctl -u "
      "pptpd",
      "control-silent");
}

Result closed(const ControlAnswer& answer) {
  auto how = answer.os_error() ? std::strerror(answer.os_error()) : "closed by the server";
  return failure(fmt::format("the TCP connection ended before a reply: {}", how),
                 "The server takes the connection and ends it at once: it does not accept this "
                 "address (hosts.allow), has"
                 " no free line, or another program listens there.",
                 "On a pptpd with TCP wrappers, allow it; else look at the server's log:\n"
                 "  echo 'pptpd: ALL: ALLOW' >> /etc/hosts.allow\n  journalctl -u pptpd",
                 "control-closed", "S54");
}

Result refused(const StartControlConnectionReply& reply) {
  return failure(
      fmt::format("the server refuses: result {} ({}), error {} ({})", reply.result,
                  sccrp_result(reply.result), reply.error, general_error(reply.error)),
      "The PPTP server works, and does not want this client.",
      "Ask the server's administrator, who finds the reason in its log:\n  journalctl -u pptpd",
      "control-refused");
}

Result speaks_pptp(const StartControlConnectionReply& reply) {
  auto channels = reply.maximum_channels ? std::to_string(reply.maximum_channels) : "any number of";
  return pass(
      fmt::format("it speaks PPTP {}.{}: host \"{}\", vendor \"{}\", firmware {}, {} channel{}",
                  reply.protocol_version >> 8, reply.protocol_version & 0xff,
                  printable(reply.host_name.text), printable(reply.vendor.text),
                  reply.firmware_revision, channels, reply.maximum_channels == 1 ? "" : "s"));
}

}  // namespace

void ControlAnswer::received(ByteSpan bytes) {
  if (text_.size() < kShown) text_.append(bytes.begin(), bytes.end());
  framer_.push(bytes);
  auto next = framer_.next();
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
    // Result 0 is what some servers send in place of 1.
    return reply->result <= 1 ? speaks_pptp(*reply) : refused(*reply);
  }
  if (const auto* other = answer.other())
    return failure(
        fmt::format("the server answers with {}", name(type_of(*other))),
        "The server is shutting down, takes no more clients, or does not follow RFC 2637.",
        "Look at the server's log:\n  journalctl -u pptpd", "control-out-of-order");
  if (answer.malformed()) return not_pptp(answer);
  return answer.was_closed() ? closed(answer) : silent(waited);
}

}  // namespace callgate::diagnose::live
