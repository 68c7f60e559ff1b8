// SPDX-License-Identifier: GPL-2.0-or-later
// What pptp, and the pptp-gre that it becomes, report about their call with --evidence-fd: records
// on a SOCK_SEQPACKET socket. `pptpctl diagnose SERVER` reads them, and so depends on no log text.
#pragma once

#include <optional>

#include "common/channel/reason.hh"

namespace callgate {

struct CallReport {
  enum class Kind : uint8_t {
    gre_error,  // the GRE socket reports reason.os_error: from this host, or for an ICMP message
    ended,      // the last record: why the call ended
  };
  Kind kind = Kind::ended;
  Reason reason;

  static void fields(auto& m, auto& codec) { codec(m.kind, m.reason); }
};

Bytes encode(const CallReport& report);
std::optional<CallReport> parse_call_report(ByteSpan record);

// The process's own reports, like its log. Without open() they go nowhere.
namespace report {

// Reports to a copy of this descriptor from now on. Throws OsError.
void open(int fd);
int descriptor();  // that copy; -1 = there is none
void gre_error(int error);
void ended(const Reason& reason);

}  // namespace report
}  // namespace callgate
