// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/pppd/option_files.hh"

#include <fmt/format.h>

#include <cerrno>

#include "common/pppd/engine_word.hh"

namespace callgate {
namespace {

constexpr size_t kMostFiles = 64;  // a file may name itself

}  // namespace

std::string ReadOption::where() const {
  return path.empty() ? "the command line" : fmt::format("line {} of {}", name.line, path);
}

bool is_peers_name(std::string_view name) {
  if (name.empty() || name.starts_with('/')) return false;
  for (;;) {
    auto slash = name.find('/');
    if (name.substr(0, slash) == "..") return false;
    if (slash == name.npos) return true;
    name.remove_prefix(slash + 1);
  }
}

int OptionReader::read_file(const std::string& path, bool needed) {
  bool too_many = files_ >= kMostFiles;
  auto file = too_many ? OptionText{.text = "", .error = ELOOP} : load_(path);
  if (!too_many) files_++;
  if (file.error)
    unread_.push_back({path, file.error, needed});
  else
    take(pppd_words(file.text), path);
  return file.error;
}

void OptionReader::read_words(const std::vector<std::string>& words) {
  std::vector<PppdWord> unquoted;
  for (const auto& word : words) unquoted.push_back({.text = word});
  take(unquoted, "");
}

void OptionReader::take(const std::vector<PppdWord>& words, const std::string& path) {
  for (size_t i = 0; i < words.size(); i++) {
    auto next = i + 1 < words.size() ? std::string_view(words[i + 1].text) : std::string_view();
    ReadOption option{.name = words[i], .value = {.line = words[i].line}, .path = path};
    if (takes_value(option.name.text, next)) {
      option.lacks_value = i + 1 == words.size();
      if (!option.lacks_value) option.value = words[++i];
    }
    auto name = option.name.text, value = option.value.text;
    options_.push_back(std::move(option));
    include(name, value);
  }
}

void OptionReader::include(const std::string& option, const std::string& value) {
  if (option == "file") read_file(value);
  if (option == "call" && is_peers_name(value)) read_file(kPeers + value);
}

}  // namespace callgate
