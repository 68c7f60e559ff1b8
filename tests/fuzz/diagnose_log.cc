// SPDX-License-Identifier: GPL-2.0-or-later
// Whatever a log contains, the diagnosis is the same if the log comes in pieces. It has a bounded
// size and cannot control a terminal.
#include "callmgr/diagnose/analyzer.hh"
#include "callmgr/diagnose/report/json.hh"
#include "callmgr/diagnose/report/text.hh"
#include "tests/fuzz/fuzz.hh"

using namespace callgate;
using namespace callgate::diagnose;

namespace {

const RuleBase& rules() {
  static const auto kRules = RuleBase::load(RULES_DIR);
  return kRules;
}

std::string_view text_of(ByteSpan bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void require_bounds(const Diagnosis& diagnosis) {
  fuzz::require(diagnosis.reports.size() <= Diagnosis::kMaxAttempts);
  for (const auto& report : diagnosis.reports) {
    fuzz::require(report.unusual.size() <= Attempt::kMaxUnusual);
    for (const auto& finding : report.findings)
      for (const auto& line : finding.evidence)
        fuzz::require(line.text.size() <= SourceLine::kMaxText && line.number <= diagnosis.lines);
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  Analyzer whole(rules()), pieces(rules());
  whole.push(text_of({data + 1, size - 1}));
  fuzz::in_chunks({data, size}, [&](ByteSpan chunk) { pieces.push(text_of(chunk)); });
  auto diagnosis = whole.finish();
  require_bounds(diagnosis);
  fuzz::require(json_report(diagnosis) == json_report(pieces.finish()));
  for (unsigned char c : text_report(diagnosis))
    fuzz::require(c == '\n' || (c >= 0x20 && c < 0x7f));
  return 0;
}
