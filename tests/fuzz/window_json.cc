// SPDX-License-Identifier: GPL-2.0-or-later
// What the window reads from our programs, one JSON value on each line. What is understood can be
// shown, and settings that nobody changes are not written.
#include <cmath>
#include <string_view>

#include "gui/model/diagnosis.hh"
#include "gui/model/import.hh"
#include "gui/model/known_tunnels.hh"
#include "gui/model/quality.hh"
#include "tests/fuzz/fuzz.hh"

using namespace callgate::gui;
using callgate::fuzz::require;

namespace {

constexpr long kNow = 1795780000;  // s since 1970

void read_tunnels(std::string_view line, KnownTunnels& known) {
  auto tunnels = parse_tunnels(line);
  if (!tunnels) return;
  known.take(*tunnels);
  for (const auto& tunnel : known.shown()) {
    require(!tunnel.name.empty());
    require(!summary(tunnel, kNow).empty());
    require(!sentence(tunnel, known.progress(tunnel.name)).empty());
  }
}

void read_event(std::string_view line, KnownTunnels& known) {
  auto event = parse_event(line);
  if (!event) return;
  require(!event->time || std::isfinite(*event->time));
  known.add("t", *event);
  const auto& progress = known.progress("t");
  bool ahead = false;  // no stage is done after one that is not
  for (const auto& stage : progress.stages()) {
    require(!ahead || stage.mark != Stage::Mark::done);
    ahead |= stage.mark == Stage::Mark::ahead;
  }
  (void)progress.meaning(event->line);
}

void read_settings(std::string_view line) {
  auto settings = parse_settings(line);
  if (!settings) return;
  require(edit_words(*settings, *settings) == Words{"--edit", settings->name});
  require(copy_tunnel(*settings, "copy", "").words.at(1) == "copy");
  auto change = create(*settings, "secret", true);
  auto parts = split(change);
  require(parts.ordinary.words.size() + parts.expert.words.size() >= change.words.size());
}

void read_finding(const Finding& finding) {
  for (const auto& text : {finding.cause, finding.remedy}) (void)paragraphs(text);
  for (const auto& action : finding.actions) {
    (void)label(action), (void)question(action), (void)prompt(action);
    (void)remedy_words(action, "t", "1400");
  }
}

void read_test(std::string_view line, std::vector<Step>& steps) {
  auto told = parse_test_line(line);
  if (!told) return;
  if (told->step) steps.push_back(*told->step);
  for (const auto& finding : told->findings) read_finding(finding);
  if (told->is_end) require(!conclusion(steps, told->findings).empty());
}

void read_found(std::string_view line) {
  auto found = parse_found(line);
  for (const auto& tunnel : found.value_or(std::vector<Found>{})) {
    require(!tunnel.tunnel.empty());
    require(import(tunnel, "secret").words.back() == "--password-stdin");
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  KnownTunnels known(/*only_log=*/size % 2 == 0);
  std::vector<Step> steps;
  while (!text.empty()) {
    auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    read_tunnels(line, known);
    read_event(line, known);
    read_settings(line);
    read_test(line, steps);
    read_found(line);
    (void)parse_refusal(line);
    if (auto quality = parse_quality(line, "work", "ppp0"))
      require(!quality_text(*quality).empty());
  }
  return 0;
}
