// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/channel/link_report.hh"

namespace callgate {

Bytes encode(const LinkReport& report) {
  Bytes record;
  Writer(record).put(report);
  return record;
}

std::optional<LinkReport> parse_link_report(ByteSpan record) {
  Reader reader(record);
  LinkReport report;
  reader.get(report);
  bool known = report.kind <= LinkReport::Kind::ended && report.end <= LinkReport::End::call_ended;
  if (!reader.done() || !known) return std::nullopt;
  return report;
}

}  // namespace callgate
