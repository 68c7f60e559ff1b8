// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/channel/reason.hh"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "config.hh"

namespace callgate {
namespace {

using enum ExitStatus;

struct Row {
  Cause cause;
  std::string_view name;
  ExitStatus status;
  std::string_view hint;
};

constexpr std::array<Row, kCauses> kTable{{
    {Cause::hung_up_locally, "hung_up_locally", ExitStatus::hung_up_locally, ""},
    {Cause::internal_error, "internal_error", usage_or_internal,
     "this should not happen: please report it with the log"},
    {Cause::bad_option, "bad_option", bad_option_value, "see pptp(8)"},
    {Cause::name_not_resolved, "name_not_resolved", ExitStatus::name_not_resolved,
     "check the spelling and /etc/resolv.conf, or give the server's address"},
    {Cause::connect_failed, "connect_failed", server_unreachable,
     "check the address, the route to it, and that the server listens on TCP port 1723"},
    {Cause::connect_timed_out, "connect_timed_out", server_unreachable,
     "a firewall may drop TCP port 1723, or the host is down"},
    {Cause::control_not_pptp, "control_not_pptp", ExitStatus::control_refused,
     "something other than a PPTP server answers there"},
    {Cause::control_silent, "control_silent", ExitStatus::control_refused,
     "the server is hung, or something else listens on its port"},
    {Cause::control_closed, "control_closed", ExitStatus::control_refused,
     "the server may not accept this address (hosts.allow, connection limit)"},
    {Cause::control_refused, "control_refused", ExitStatus::control_refused,
     "ask the server's administrator"},
    {Cause::control_version, "control_version", ExitStatus::control_refused,
     "the server speaks another version of PPTP"},
    {Cause::control_out_of_order, "control_out_of_order", ExitStatus::control_refused,
     "the server does not follow RFC 2637"},
    {Cause::control_stopped_early, "control_stopped_early", ExitStatus::control_refused,
     "the server is shutting down or takes no more clients"},
    {Cause::call_refused, "call_refused", ExitStatus::call_refused,
     "the server may have no free line, or wants another --phone"},
    {Cause::call_no_reply, "call_no_reply", ExitStatus::call_refused,
     "the server is overloaded or hung"},
    {Cause::call_bad_reply, "call_bad_reply", ExitStatus::call_refused,
     "the server does not follow RFC 2637"},
    {Cause::call_cancelled, "call_cancelled", ExitStatus::call_refused, "see the server's log"},
    {Cause::call_id_in_use, "call_id_in_use", ExitStatus::call_refused,
     "leave out --call-id, or hang up the other call"},
    {Cause::too_many_calls, "too_many_calls", ExitStatus::call_refused,
     "hang up other calls first"},
    {Cause::gre_not_permitted, "gre_not_permitted", socket_not_permitted,
     "start pppd as root, or give pptp-gre the capability: setcap cap_net_raw+p"},
    {Cause::gre_failed, "gre_failed", socket_not_permitted, "check the route to the server"},
    {Cause::lost_no_echo, "lost_no_echo", connection_lost, "the server or the path to it is down"},
    {Cause::lost_closed, "lost_closed", connection_lost,
     "the server was restarted, or a firewall in between forgot the connection"},
    {Cause::lost_protocol, "lost_protocol", connection_lost,
     "the server does not follow RFC 2637, or something else writes into the connection"},
    {Cause::server_cleared, "server_cleared", server_hung_up, "see the server's log"},
    {Cause::server_stopped, "server_stopped", server_hung_up, "see the server's log"},
    {Cause::operator_hung_up, "operator_hung_up", ExitStatus::hung_up_locally, ""},
    {Cause::manager_stopping, "manager_stopping", ExitStatus::manager_unreachable,
     "dial again: a new call manager is started on demand"},
    {Cause::manager_unreachable, "manager_unreachable", ExitStatus::manager_unreachable,
     "check that pptp-callmgr is installed and runs"},
    {Cause::manager_died, "manager_died", ExitStatus::manager_unreachable,
     "see the log of pptp-callmgr; dial again to start a new one"},
    {Cause::manager_refused, "manager_refused", ExitStatus::manager_unreachable,
     "check that pptp and pptp-callmgr are of one version, and that you may use them"},
    {Cause::other_namespace, "other_namespace", ExitStatus::manager_unreachable,
     "set PPTP_CALLMGR_SOCKET to a path of this namespace's own"},
    {Cause::wrong_usage, "wrong_usage", usage_or_internal, "see pptp --help"},
    {Cause::exec_failed, "exec_failed", usage_or_internal,
     "check that it is installed and that you may run it, as root or in the group " CALLGATE_GROUP},
    {Cause::manager_not_trusted, "manager_not_trusted", ExitStatus::manager_unreachable,
     "unset PPTP_CALLMGR_SOCKET, ask the administrator for systemctl enable --now "
     "pptp-callmgr.socket, and dial as a member of the group " CALLGATE_GROUP},
    {Cause::lost_path, "lost_path", connection_lost,
     "the network of this host has changed: dial again when it is up"},
    {Cause::link_failed, "link_failed", connection_lost,
     "the lines before this one say how far it came; the option debug logs each packet"},
    {Cause::link_closed, "link_closed", server_hung_up, "see the server's log"},
    {Cause::login_refused, "login_refused", ExitStatus::login_refused,
     "correct the user option of the peers file or the line in /etc/ppp/chap-secrets, then stop "
     "the "
     "tunnel (poff) and start it again"},
}};

// What keeps pptp from the call manager decides what helps.
struct ManagerHint {
  int error;
  std::string_view hint;
};
constexpr std::string_view kServesGroup =
    "you must be root or in the group " CALLGATE_GROUP
    "; if none runs, ask the administrator for systemctl enable --now pptp-callmgr.socket";
constexpr std::string_view kNoRoom = "make room on the file system of its directory";
constexpr std::string_view kTooManyOpen = "raise the limit of open descriptors (ulimit -n)";
constexpr ManagerHint kManagerHints[] = {
    {EACCES, kServesGroup},
    {EPERM, kServesGroup},
    {ENOSPC, kNoRoom},
    {EDQUOT, kNoRoom},
    {EROFS, "the directory of its socket must be writable: mount a tmpfs there"},
    {EMFILE, kTooManyOpen},
    {ENFILE, kTooManyOpen}};

consteval bool in_cause_order() {
  for (size_t i = 0; i < kTable.size(); i++)
    if (static_cast<size_t>(kTable[i].cause) != i) return false;
  return true;
}
static_assert(in_cause_order());

// The parser has checked a cause that came over a socket. A wrong one here would read beyond the
// table.
const Row& row(Cause cause) {
  auto index = static_cast<size_t>(cause);
  return kTable[index < kTable.size() ? index : static_cast<size_t>(Cause::internal_error)];
}

template <size_t N>
std::string_view word(const std::array<std::string_view, N>& words, uint8_t code) {
  return code < N ? words[code] : "unknown";
}

std::string os_text(const Reason& reason) {
  return std::strerror(static_cast<int>(reason.os_error));
}

// ": Connection refused", or nothing if there is no error number.
std::string why(const Reason& reason) {
  return reason.os_error ? ": " + os_text(reason) : "";
}

// "result 2 (general error), error 6 (PAC error)": what the RFC's codes of a reply say.
std::string codes(const Reason& reason, std::string_view result_word) {
  auto text = fmt::format("result {} ({})", reason.result, result_word);
  if (reason.error)
    text += fmt::format(", error {} ({})", reason.error, general_error(reason.error));
  if (reason.code) text += fmt::format(", cause {}", reason.code);
  return text;
}

}  // namespace

std::string_view sccrp_result(uint8_t result) {
  static constexpr std::array<std::string_view, 6> kWords{"reserved",
                                                          "success",
                                                          "general error",
                                                          "control connection exists already",
                                                          "requester is not authorised",
                                                          "protocol version not supported"};
  return word(kWords, result);
}

std::string_view general_error(uint8_t error) {
  static constexpr std::array<std::string_view, 7> kWords{"none",
                                                          "no control connection",
                                                          "wrong length or magic cookie",
                                                          "a field is out of range",
                                                          "out of resources",
                                                          "call ID not valid here",
                                                          "vendor-specific PAC error"};
  return word(kWords, error);
}

std::string_view stop_reason(uint8_t reason) {
  static constexpr std::array<std::string_view, 4> kWords{"no reason", "no particular reason",
                                                          "protocol version not supported",
                                                          "it is being shut down"};
  return word(kWords, reason);
}

std::string_view ocrp_result(uint8_t result) {
  static constexpr std::array<std::string_view, 8> kWords{
      "reserved", "connected",    "general error", "no carrier",
      "busy",     "no dial tone", "timed out",     "administratively not accepted"};
  return word(kWords, result);
}

std::string_view disconnect_result(uint8_t result) {
  static constexpr std::array<std::string_view, 5> kWords{
      "no reason", "carrier lost", "general error", "administrative shutdown",
      "at our own request"};
  return word(kWords, result);
}

// Failures that a second look at the server explains.
std::span<const KnownFault> known_faults() {
  static constexpr KnownFault kKnown[]{
      {Cause::name_not_resolved, 0, "server-name-unknown", "F1"},
      {Cause::gre_failed, 0, "gre-socket-failed", "F2"},
      {Cause::connect_failed, ECONNREFUSED, "tcp-refused", "S08"},
      {Cause::connect_failed, ENETUNREACH, "tcp-network-unreachable", "S09"},
      {Cause::connect_failed, EHOSTUNREACH, "tcp-no-route-to-host", "S10"},
      {Cause::connect_failed, 0, "tcp-timed-out", "F3"},
      {Cause::connect_timed_out, 0, "tcp-timed-out", "F3"},
      {Cause::control_not_pptp, 0, "control-not-pptp", "F3"},
      {Cause::control_silent, 0, "control-silent", "F3"},
      {Cause::control_closed, 0, "control-closed-at-once", "S54"},
      {Cause::call_no_reply, 0, "call-refused", "F4"}};
  return kKnown;
}

std::string_view howto_entry(const Reason& reason) {
  for (const auto& known : known_faults())
    if (known.cause == reason.cause && (!known.os_error || known.os_error == reason.os_error))
      return known.entry;
  return {};
}

std::string_view name(Cause cause) {
  return row(cause).name;
}
std::string_view hint(const Reason& reason) {
  if (reason.cause == Cause::manager_unreachable)
    for (const auto& [error, advice] : kManagerHints)
      if (static_cast<uint32_t>(error) == reason.os_error) return advice;
  return row(reason.cause).hint;
}
ExitStatus exit_status(Cause cause) {
  return row(cause).status;
}

std::string_view describe(ExitStatus status) {
  switch (status) {
    case ExitStatus::hung_up_locally: return "hung up locally";
    case usage_or_internal: return "wrong usage, or an internal error";
    case bad_option_value: return "an option has a value it cannot have";
    case ExitStatus::name_not_resolved: return "the server's name does not resolve";
    case server_unreachable: return "no TCP connection to the server";
    case ExitStatus::control_refused: return "TCP connected, but no PPTP control connection";
    case ExitStatus::call_refused: return "the call was refused or not answered";
    case socket_not_permitted: return "the GRE socket cannot be opened or bound";
    case connection_lost: return "the connection was lost in mid-call";
    case server_hung_up: return "the server hung up";
    case ExitStatus::manager_unreachable: return "the call manager is unreachable or died";
    case ExitStatus::login_refused: return "the server has refused the name or the password before";
  }
  return "unknown";
}

namespace {

std::string words(const Reason& r) {
  const std::string& who = r.subject;
  switch (r.cause) {
    case Cause::hung_up_locally: return fmt::format("hung up: {}", r.detail);
    case Cause::internal_error: return fmt::format("internal error: {}{}", r.detail, why(r));
    case Cause::bad_option: return r.detail;
    case Cause::name_not_resolved:
      return fmt::format("cannot resolve the server name {}: {}", who, r.detail);
    case Cause::connect_failed:
      return fmt::format("cannot connect to {} on TCP port 1723{}", who, why(r));
    case Cause::connect_timed_out:
      return fmt::format("cannot connect to {} on TCP port 1723: no answer in {}", who, r.detail);
    case Cause::control_not_pptp: return fmt::format("{} does not speak PPTP: {}", who, r.detail);
    case Cause::control_silent:
      return fmt::format(
          "{} accepted the TCP connection but sent no"
          " Start-Control-Connection-Reply in {}",
          who, r.detail);
    case Cause::control_closed:
      return fmt::format("{} ended the TCP connection before a Start-Control-Connection-Reply: {}",
                         who, r.os_error ? os_text(r) : "closed by the server");
    case Cause::control_refused:
      return fmt::format("{} refused the control connection: {}", who,
                         codes(r, sccrp_result(r.result)));
    case Cause::control_version:
      return fmt::format(
          "{} refused the control connection: it speaks PPTP version {}, we speak"
          " 1.0",
          who, r.detail);
    case Cause::control_out_of_order:
      return fmt::format("{} sent {} before the control connection was established", who, r.detail);
    case Cause::control_stopped_early:
      return fmt::format(
          "{} answered Start-Control-Connection-Request by"
          " Stop-Control-Connection-Request: {}",
          who, stop_reason(r.result));
    case Cause::call_refused:
      return fmt::format("{} refused the call: {}", who, codes(r, ocrp_result(r.result)));
    case Cause::call_no_reply:
      return fmt::format("{} sent no Outgoing-Call-Reply in {}", who, r.detail);
    case Cause::call_bad_reply:
      return fmt::format("{} sent an Outgoing-Call-Reply that cannot be used: {}", who, r.detail);
    case Cause::call_cancelled:
      return fmt::format("{} ended the control connection before the call was up: {}", who,
                         r.detail);
    case Cause::call_id_in_use: return fmt::format("call ID {} is in use by another call", r.code);
    case Cause::too_many_calls:
      return fmt::format("the call manager takes no more calls: {}", r.detail);
    case Cause::gre_not_permitted: return fmt::format("cannot open a raw socket for GRE{}", why(r));
    case Cause::gre_failed:
      return fmt::format("cannot set up the GRE socket to {}: {}{}", who, r.detail, why(r));
    case Cause::lost_no_echo:
      return fmt::format("connection to {} lost: no Echo-Reply in {}", who, r.detail);
    case Cause::lost_closed:
      return fmt::format("connection to {} lost: {}", who,
                         r.os_error ? os_text(r) : "TCP connection closed by the server");
    case Cause::lost_protocol:
      return fmt::format("connection to {} ended: protocol violation: {}", who, r.detail);
    case Cause::server_cleared:
      if (!r.detail.empty()) return fmt::format("{} hung up: {}", who, r.detail);
      return fmt::format("{} hung up: Call-Disconnect-Notify, {}", who,
                         codes(r, disconnect_result(r.result)));
    case Cause::server_stopped:
      return fmt::format("{} hung up: Stop-Control-Connection-Request, {}", who,
                         stop_reason(r.result));
    case Cause::operator_hung_up: return fmt::format("hung up by pptpctl (uid {})", r.detail);
    case Cause::manager_stopping: return "hung up: the call manager is being stopped";
    case Cause::manager_unreachable:
      return fmt::format("cannot reach the call manager at {}: {}{}", who, r.detail, why(r));
    case Cause::manager_died: return "the call manager died: the call ends with it";
    case Cause::manager_refused:
      return fmt::format("the call manager refused the request: {}", r.detail);
    case Cause::other_namespace:
      return fmt::format("the call manager at {} runs in another network namespace", who);
    case Cause::wrong_usage: return r.detail;
    case Cause::exec_failed: return fmt::format("cannot run {}{}", who, why(r));
    case Cause::manager_not_trusted:
      return fmt::format("pptp-gre does not trust the call manager at {}: {}", who, r.detail);
    case Cause::lost_path:
      if (r.os_error == EADDRNOTAVAIL)
        return fmt::format("connection to {} lost: this host has lost the address {}", who,
                           r.detail);
      return fmt::format("connection to {} lost: this host has no way to it from {} any more{}",
                         who, r.detail, why(r));
    case Cause::link_failed: return fmt::format("the PPP link to {} failed: {}", who, r.detail);
    case Cause::link_closed:
      return fmt::format("the PPP link to {} was ended by it: {}", who, r.detail);
    case Cause::login_refused:
      return fmt::format(
          "{} refused the name or the password {}: this pppd does not dial it again, so that the "
          "account is not locked",
          who, r.detail);
  }
  return "unknown reason";
}

}  // namespace

std::string sentence(const Reason& reason) {
  return printable(words(reason));
}

std::string line(const Reason& reason) {
  auto text = sentence(reason);
  if (auto advice = hint(reason); !advice.empty()) text += fmt::format(" ({})", advice);
  return text + diagnose_hint(howto_entry(reason), reason.subject);
}

std::string diagnose_hint(std::string_view entry, std::string_view server) {
  auto word = server.substr(0, server.find(' '));  // of "vpn.example.net (192.0.2.1)"
  if (entry.empty() || word.empty()) return {};
  return fmt::format("; [{}] to find out more: pptpctl diagnose {}", entry, printable(word));
}

}  // namespace callgate
