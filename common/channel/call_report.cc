// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/channel/call_report.hh"

#include <fcntl.h>
#include <sys/socket.h>

#include "common/channel/gateway_settings.hh"
#include "common/system/os_error.hh"

namespace callgate {

Bytes encode(const CallReport& report) {
  Bytes record;
  Writer(record).put(report);
  return record;
}

std::optional<CallReport> parse_call_report(ByteSpan record) {
  Reader reader(record);
  CallReport report;
  reader.get(report);
  bool in_range =
      report.kind <= CallReport::Kind::ended && static_cast<size_t>(report.reason.cause) < kCauses;
  if (!reader.done() || !in_range) return std::nullopt;
  return report;
}

namespace report {
namespace {

int report_fd = -1;

// A reader who is gone or does not read misses the report.
void put(const CallReport& report) {
  if (report_fd < 0) return;
  auto record = encode(report);
  if (send(report_fd, record.data(), record.size(), MSG_NOSIGNAL | MSG_DONTWAIT) < 0) return;
}

}  // namespace

void open(int fd) {
  report_fd = check(fcntl(fd, F_DUPFD_CLOEXEC, kGatewayReport + 1), "use descriptor {}", fd);
}

int descriptor() {
  return report_fd;
}

void gre_error(int error) {
  put({CallReport::Kind::gre_error,
       {.cause = Cause::gre_failed, .os_error = static_cast<uint32_t>(error)}});
}

void ended(const Reason& reason) {
  put({CallReport::Kind::ended, reason});
}

}  // namespace report
}  // namespace callgate
