// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/rule_base.hh"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>

#include "callmgr/diagnose/rule_file.hh"

namespace callgate::diagnose {
namespace {

constexpr int64_t kMaxAutomaton = 64 << 20;

re2::RE2::Options options() {
  re2::RE2::Options options(re2::RE2::Latin1);  // a log may contain any bytes
  options.set_max_mem(kMaxAutomaton);
  options.set_log_errors(false);
  options.set_never_capture(true);
  return options;
}

}  // namespace

RuleBase RuleBase::load(const std::filesystem::path& directory) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error))
    if (entry.path().extension() == ".toml") files.push_back(entry.path());
  if (error) throw RuleError(fmt::format("{}: {}", directory.string(), error.message()));
  if (files.empty()) throw RuleError(fmt::format("{}: no rule files (*.toml)", directory.string()));
  std::sort(files.begin(), files.end());
  // The others use the words of this one.
  std::stable_partition(files.begin(), files.end(),
                        [](const auto& file) { return file.filename() == "errno.toml"; });
  RuleBase base;
  for (const auto& file : files) RuleFile(file, base).read();
  base.check_references();
  base.compile();
  return base;
}

size_t RuleBase::add_pattern(const std::string& expression) {
  auto [at, fresh] = pattern_indices_.try_emplace(expression, patterns_.size());
  if (!fresh) return at->second;
  std::unique_ptr<re2::RE2> single;
  try {
    single = std::make_unique<re2::RE2>(error_words_.expanded(expression), options());
    if (!single->ok())
      throw std::runtime_error(
          fmt::format("'{}' is not a regular expression: {}", expression, single->error()));
  } catch (const std::runtime_error&) {
    pattern_indices_.erase(at);
    throw;
  }
  patterns_.push_back(expression);
  single_.push_back(std::move(single));
  return patterns_.size() - 1;
}

void RuleBase::compile() {
  set_ = std::make_unique<re2::RE2::Set>(options(), re2::RE2::UNANCHORED);
  for (const auto& single : single_) set_->Add(single->pattern(), nullptr);
  if (!set_->Compile()) throw RuleError("the rules are too many for one automaton");
  for (size_t i = 0; i < markers_.size(); i++)
    for (auto pattern : markers_[i].lines) markers_by_pattern_[pattern] = i;
}

void RuleBase::check_references() const {
  for (const auto& rule : rules_)
    for (const auto& other : rule.outranks)
      if (!find(other))
        throw RuleError(fmt::format("{}:{}: rule '{}': outranks '{}', which does not exist",
                                    rule.file, rule.line, rule.id, other));
}

const Rule* RuleBase::find(std::string_view id) const {
  auto at = std::find_if(rules_.begin(), rules_.end(), [&](const Rule& r) { return r.id == id; });
  return at == rules_.end() ? nullptr : &*at;
}

const Marker* RuleBase::marker_of(size_t pattern) const {
  auto at = markers_by_pattern_.find(pattern);
  return at == markers_by_pattern_.end() ? nullptr : &markers_[at->second];
}

void RuleBase::match(std::string_view text, std::vector<int>& matches) const {
  matches.clear();
  re2::RE2::Set::ErrorInfo failure{};
  re2::StringPiece piece(text.data(), text.size());
  if (set_->Match(piece, &matches, &failure) || failure.kind == re2::RE2::Set::kNoError) return;
  for (size_t i = 0; i < single_.size(); i++)
    if (re2::RE2::PartialMatch(piece, *single_[i])) matches.push_back(static_cast<int>(i));
}

}  // namespace callgate::diagnose
