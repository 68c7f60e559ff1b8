// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/live/files/secrets_complaints.hh"

#include <fmt/format.h>

#include <algorithm>

#include "callmgr/diagnose/live/faults.hh"
#include "common/pppd/secrets_file.hh"

namespace callgate::diagnose::live {
namespace {

bool looks_like_address(const std::string& text) {
  if (text == "*" || text == "-" || text.starts_with('!')) return true;
  return std::any_of(text.begin(), text.end(),
                     [](unsigned char c) { return c == '.' || c == ':' || c == '/'; });
}

std::string quoted(const std::string& word) {
  return word.empty() || word == "*" ? "*" : "\"" + word + "\"";
}

Result missing(const std::string& path, const std::string& name, const std::string& remote_name) {
  auto whom = remote_name.empty() ? std::string("any server") : "the server name " + remote_name;
  return failure("secrets-no-entry",
                 fmt::format("{} has no entry for the user {} and {}", path,
                             name.empty() ? "(none is named)" : name, whom),
                 quoted(name), quoted(remote_name));
}

void check_entry(const std::string& path, const SecretsEntry& entry, Complaints& complaints) {
  auto where = fmt::format("line {} of {}", entry.line(), path);
  const auto& words = entry.words;
  if (words[2].cut_by_comment)
    complaints.push_back(
        failure("secrets-unquoted-hash", fmt::format("{}: the secret is cut off by #", where)));
  else if (words.size() > 3 && !looks_like_address(words[3].text))
    complaints.push_back(failure("secrets-unquoted-blank",
                                 fmt::format("{}: the fourth field is no address", where)));
  if (words[2].quoted_to_end || words.back().quoted_to_end)
    complaints.push_back(failure("secrets-open-quote",
                                 fmt::format("{}: a quote is opened and never closed", where)));
  if (words[0].text.find("\\\\") != std::string::npos)
    complaints.push_back(
        failure("secrets-four-backslashes",
                fmt::format("{}: the user's name has two backslashes left, after pppd has read it",
                            where)));
}

}  // namespace

SecretsCheck check_secrets(const std::string& path, std::string_view text, bool others_may_read,
                           const std::string& name, const std::string& remote_name) {
  SecretsCheck check;
  const SecretsEntry* best = nullptr;
  auto entries = secrets_entries(text);
  for (const auto& entry : entries)
    if (int r = secrets_rank(entry, name, remote_name);
        r > (best ? secrets_rank(*best, name, remote_name) : 0))
      best = &entry;
  if (best) {
    check.line = best->line();
    check_entry(path, *best, check.complaints);
  } else {
    check.complaints.push_back(missing(path, name, remote_name));
  }
  if (others_may_read)
    check.complaints.push_back(failure(
        "secrets-world-readable", fmt::format("{} can be read by every user of this host", path)));
  return check;
}

}  // namespace callgate::diagnose::live
