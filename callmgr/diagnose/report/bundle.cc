// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/report/bundle.hh"

#include <fmt/format.h>

#include "callmgr/diagnose/report/shown.hh"

namespace callgate::diagnose {

// A short text is inside the string. A longer one has a block of its own, with the allocator's
// header.
size_t LogKeeper::Kept::bytes() const {
  constexpr size_t kInside = 15, kHeader = 16;
  return sizeof(Kept) + (raw.capacity() > kInside ? raw.capacity() + kHeader : 0);
}

void LogKeeper::keep(std::string_view raw, const LogLine& line) {
  lines_.push_back({line.number, std::string(raw)});
  bytes_ += lines_.back().bytes();
  for (; bytes_ > kMaxBytes; dropped_++) {
    bytes_ -= lines_.front().bytes();
    lines_.pop_front();
  }
}

std::string LogKeeper::text(Redactor* redactor) const {
  std::string text;
  if (dropped_) text = fmt::format("({} lines before these are left out)\n", dropped_);
  for (const auto& line : lines_)
    text += fmt::format("{:>6}: {}\n", line.number,
                        shown(redactor ? redactor->redact(line.raw) : line.raw));
  return text;
}

void redact(Diagnosis& diagnosis, Redactor& redactor) {
  auto line = [&](SourceLine& source) { source.text = redactor.redact(source.text); };
  for (auto& report : diagnosis.reports) {
    for (auto& proof : report.proofs) line(proof);
    for (auto& unusual : report.unusual) line(unusual);
    for (auto& finding : report.findings)
      for (auto& evidence : finding.evidence) line(evidence);
  }
}

}  // namespace callgate::diagnose
