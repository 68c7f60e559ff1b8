// SPDX-License-Identifier: GPL-2.0-or-later
// Why something ended or failed, and the one table that turns it into words: the log, the last line
// on stderr, pptpctl and the manual page all print from it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/wire/bytes.hh"

namespace callgate {

// Exit status of pptp and pptp-gre. Documented in pptp(8), "EXIT STATUS".
enum class ExitStatus : uint8_t {
  hung_up_locally = 0,
  usage_or_internal = 1,
  bad_option_value = 2,
  name_not_resolved = 3,
  server_unreachable = 4,  // no TCP connection
  control_refused = 5,     // TCP, but no PPTP control connection
  call_refused = 6,        // control connection, but no call
  socket_not_permitted = 7,
  connection_lost = 8,
  server_hung_up = 9,
  manager_unreachable = 10,
  login_refused = 11,
};

enum class Cause : uint8_t {
  hung_up_locally,        // pppd closed its end, or a signal
  internal_error,         // os_error, detail: what was attempted
  bad_option,             // detail: the word and the range
  name_not_resolved,      // detail: the resolver's words
  connect_failed,         // os_error
  connect_timed_out,      // detail: after how long
  control_not_pptp,       // detail: how the bytes were malformed
  control_silent,         // no Start-Control-Connection-Reply; detail: for how long
  control_closed,         // TCP closed before the reply; os_error if it was reset
  control_refused,        // SCCRP: result, error
  control_version,        // SCCRP: protocol version below ours; detail: which
  control_out_of_order,   // detail: the message that had no business here
  control_stopped_early,  // Stop-Control-Connection-Request instead of a reply: result = reason
  call_refused,           // OCRP: result, error, code = cause
  call_no_reply,          // detail: for how long
  call_bad_reply,         // OCRP accepted with something unusable: detail
  call_cancelled,         // the control connection ended before the call was up; detail: why
  call_id_in_use,         // --call-id names one that another call holds: code
  too_many_calls,         // a limit of the call manager: detail
  gre_not_permitted,      // os_error
  gre_failed,             // os_error, detail: what was attempted on the socket
  lost_no_echo,           // no Echo-Reply; detail: for how long
  lost_closed,            // TCP closed or reset in mid-call; os_error if it was reset
  lost_protocol,          // malformed or impossible message in mid-call: detail
  server_cleared,         // Call-Disconnect-Notify: result, error, code = cause; or detail: what
  server_stopped,         // Stop-Control-Connection-Request: result = reason
  operator_hung_up,       // pptpctl hangup; detail: whose uid
  manager_stopping,       // the call manager was told to end
  manager_unreachable,    // os_error, detail: what was attempted
  manager_died,
  manager_refused,      // the request was not understood or not allowed: detail
  other_namespace,      // the call manager runs in another network namespace
  wrong_usage,          // detail: what is wrong with the command line
  exec_failed,          // os_error; subject: the program
  manager_not_trusted,  // pptp-gre does not believe this manager; subject: its socket, detail: why
  lost_path,      // this host cannot send to the server any more: os_error; detail: our address
  link_failed,    // the built-in PPP engine ended the link: detail: a sentence
  link_closed,    // the server ended it: detail: a sentence
  login_refused,  // before, to this pppd: not dialled. detail: when; result: 1 = the log has it
};
constexpr size_t kCauses = static_cast<size_t>(Cause::login_refused) + 1;

struct Reason {
  Cause cause = Cause::hung_up_locally;
  uint8_t result = 0;     // result code of the RFC message, or the stop reason
  uint8_t error = 0;      // general error code, RFC 2637 section 2.16
  uint16_t code = 0;      // cause code
  uint32_t os_error = 0;  // errno, 0 = none
  std::string subject;    // what it happened to: "192.0.2.1", "pppd", "/run/pptp/callmgr.sock"
  std::string detail;

  static void fields(auto& m, auto& codec) {
    codec(m.cause, m.result, m.error, m.code, m.os_error, m.subject, m.detail);
  }
  bool operator==(const Reason&) const = default;
};

std::string_view name(Cause cause);           // "call_refused": for the journal and --json
std::string sentence(const Reason& reason);   // what was attempted, on what, what was the answer
std::string_view hint(const Reason& reason);  // what to do next; may be empty
ExitStatus exit_status(Cause cause);
std::string_view describe(ExitStatus status);  // one line for the manual page

// The one line a user reads: sentence, hint and, if that helps, the command for a second look. All
// is printable(), whatever a peer wrote.
std::string line(const Reason& reason);

// A failure that a rule of `pptpctl diagnose` explains. pptp reads no rules, so the entry stands
// here again; a unit test compares it with the rule.
struct KnownFault {
  Cause cause;
  uint32_t os_error;  // 0 = any
  std::string_view rule;
  std::string_view entry;  // of the Diagnosis HOWTO: a known problem (S) or a step of its tree (F)
};
std::span<const KnownFault> known_faults();
std::string_view howto_entry(const Reason& reason);  // empty = the reason is not among them

// "; [S08] to find out more: pptpctl diagnose 192.0.2.1"
std::string diagnose_hint(std::string_view entry, std::string_view server);

// Words for the codes of RFC 2637; "unknown" if the RFC has none.
std::string_view sccrp_result(uint8_t result);       // section 2.2
std::string_view general_error(uint8_t error);       // section 2.16
std::string_view stop_reason(uint8_t reason);        // section 2.3
std::string_view ocrp_result(uint8_t result);        // section 2.8
std::string_view disconnect_result(uint8_t result);  // section 2.13

}  // namespace callgate
