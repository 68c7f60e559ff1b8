// SPDX-License-Identifier: GPL-2.0-or-later
// pptpctl diagnose: reads a log, or the journal, and says what it shows. The knowledge is in
// diagnose/.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <optional>

#include "callmgr/diagnose/analyzer.hh"
#include "callmgr/diagnose/report/bundle.hh"
#include "callmgr/diagnose/report/json.hh"
#include "callmgr/diagnose/report/text.hh"
#include "callmgr/pptpctl/commands.hh"
#include "callmgr/pptpctl/could_not_tell.hh"
#include "callmgr/pptpctl/journal.hh"
#include "callmgr/pptpctl/log_file.hh"
#include "common/system/os_error.hh"
#include "common/system/unique_fd.hh"
#include "common/wire/bytes.hh"
#include "config.hh"

namespace callgate {
namespace {

using namespace diagnose;

struct Options {
  std::string log, explain, report, rules = CALLGATE_RULES_DIR;
  bool journal = false, json = false, list = false;
  std::optional<bool> redact;  // by default only the report, which goes to other people
};

Options options_from(const Arguments& arguments) {
  Options options{.log = arguments.value("log"),
                  .explain = arguments.value("explain"),
                  .report = arguments.value("report"),
                  .journal = arguments.has("journal"),
                  .json = arguments.has("json"),
                  .list = arguments.has("list")};
  if (arguments.has("rules")) options.rules = arguments.value("rules");
  if (arguments.has("redact")) options.redact = true;
  if (arguments.has("no-redact")) options.redact = false;
  if (arguments.has("events")) throw UsageError{"diagnose: --events goes with SERVER only"};
  int tasks = !options.log.empty() + options.journal + options.list + !options.explain.empty();
  if (tasks != 1)
    throw UsageError{
        "diagnose: takes one of SERVER, --log FILE, --journal, --list and --explain RULE"};
  return options;
}

void read_log(const std::string& name, Analyzer& analyzer) {
  auto log = open_log(name);
  std::vector<char> buffer(1 << 18);
  while (true) {
    auto size = read(log.get(), buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    check(static_cast<int>(size), "read {}", name);
    if (size == 0) return;
    analyzer.push({buffer.data(), static_cast<size_t>(size)});
  }
}

int explain_rule(const RuleBase& rules, const std::string& id) {
  const auto* rule = rules.find(id);
  for (const auto& candidate : rules.rules())
    if (!rule && candidate.entry == id) rule = &candidate;
  if (!rule) throw UsageError{"there is no rule '" + printable(id) + "': see diagnose --list"};
  fmt::print("{}", text_rule(rules, *rule));
  return 0;
}

// The file must be new, as that of a capture: otherwise the file's owner could read what root
// writes, and a link could make root write anywhere.
void write_report(const std::string& name, const std::string& text) {
  constexpr int kNew = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  UniqueFd file(
      check(open(name.c_str(), kNew, 0600), "write the report {}, which must be a new file", name));
  for (std::string_view rest = text; !rest.empty();) {
    auto size = check(write(file.get(), rest.data(), rest.size()), "write the report {}", name);
    rest.remove_prefix(static_cast<size_t>(size));
  }
  fmt::print(stderr, "pptpctl: the report is in {}; look through it before you send it\n", name);
}

int diagnose_log(const Options& options, const RuleBase& rules) {
  bool redacts = options.redact.value_or(!options.report.empty());
  Redactor redactor;
  LogKeeper keeper;
  Analyzer::Tap tap = [&](std::string_view raw, const LogLine& line) {
    if (redacts) redactor.learn(line);
    if (!options.report.empty()) keeper.keep(raw, line);
  };
  Analyzer analyzer(rules, redacts || !options.report.empty() ? tap : Analyzer::Tap{});
  if (options.journal)
    read_journal([&](std::string_view bytes) { analyzer.push(bytes); });
  else
    read_log(options.log, analyzer);
  auto diagnosis = analyzer.finish();
  if (redacts) redact(diagnosis, redactor);
  auto text = options.json ? json_report(diagnosis) : text_report(diagnosis);
  fmt::print("{}", text);
  if (!options.report.empty())
    write_report(options.report, fmt::format("Callgate {}\n\n{}\nThe log:\n{}", CALLGATE_VERSION,
                                             text, keeper.text(redacts ? &redactor : nullptr)));
  return static_cast<int>(diagnosis.report().verdict);
}

int run(const Options& options) {
  auto rules = RuleBase::load(options.rules);
  if (!options.explain.empty()) return explain_rule(rules, options.explain);
  if (!options.list) return diagnose_log(options, rules);
  fmt::print("{}", options.json ? json_rule_list(rules) : text_rule_list(rules));
  return 0;
}

}  // namespace

int diagnose_log_command(const Arguments& arguments) {
  return tell([&] { return run(options_from(arguments)); });
}

}  // namespace callgate
