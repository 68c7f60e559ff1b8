// SPDX-License-Identifier: GPL-2.0-or-later
// pptpctl diagnose: reads a log, or the journal, and says what it shows. The knowledge is in
// diagnose/.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <optional>

#include "callmgr/diagnose/analyzer.hh"
#include "callmgr/diagnose/report.hh"
#include "callmgr/pptpctl.hh"
#include "callmgr/pptpctl_journal.hh"
#include "common/bytes.hh"
#include "common/os_error.hh"
#include "common/unique_fd.hh"
#include "config.hh"

namespace callgate {
namespace {

using namespace diagnose;

// An error is one more way not to be able to tell: 1 would mean that the log shows a problem.
constexpr int kCouldNotTell = static_cast<int>(Verdict::unknown);

struct Options {
  std::string log, explain, rules = CALLGATE_RULES_DIR;
  bool journal = false, json = false, list = false;
};

Options parse(const Words& words) {
  Options options;
  for (auto word = words.begin(); word != words.end(); ++word) {
    auto value = [&] {
      if (word + 1 == words.end()) throw UsageError{"diagnose: " + *word + " needs a value"};
      return *++word;
    };
    if (*word == "--log")
      options.log = value();
    else if (*word == "--journal")
      options.journal = true;
    else if (*word == "--json")
      options.json = true;
    else if (*word == "--list")
      options.list = true;
    else if (*word == "--explain")
      options.explain = value();
    else if (*word == "--rules")
      options.rules = value();
    else
      throw UsageError{"diagnose does not know '" + printable(*word) + "'"};
  }
  int tasks = !options.log.empty() + options.journal + options.list + !options.explain.empty();
  if (tasks != 1)
    throw UsageError{"diagnose takes one of --log FILE, --journal, --list and --explain RULE"};
  return options;
}

UniqueFd open_log(const std::string& name) {
  int fd = name == "-" ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
                       : open(name.c_str(), O_RDONLY | O_CLOEXEC);
  check(fd, "open {}", name);
  return UniqueFd(fd);
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

int run(const Options& options) {
  auto rules = RuleBase::load(options.rules);
  if (options.list) {
    fmt::print("{}", options.json ? json_rule_list(rules) : text_rule_list(rules));
    return 0;
  }
  if (!options.explain.empty()) return explain_rule(rules, options.explain);
  Analyzer analyzer(rules);
  if (options.journal)
    read_journal([&](std::string_view bytes) { analyzer.push(bytes); });
  else
    read_log(options.log, analyzer);
  auto diagnosis = analyzer.finish();
  fmt::print("{}", options.json ? json_report(diagnosis) : text_report(diagnosis));
  return static_cast<int>(diagnosis.report().verdict);
}

}  // namespace

int diagnose_command(const Words& words) try {
  return run(parse(words));
} catch (const RuleError& error) {
  fmt::print(stderr, "pptpctl: {}\n", printable(error.what()));
  return kCouldNotTell;
} catch (const OsError& error) {
  fmt::print(stderr, "pptpctl: cannot {}\n", error.what());
  return kCouldNotTell;
}

}  // namespace callgate
