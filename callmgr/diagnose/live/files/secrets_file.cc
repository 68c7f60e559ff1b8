// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/live/files/secrets_file.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace callgate::diagnose::live {
namespace {

struct Entry {
  std::vector<PppdWord> words;
  unsigned line() const { return words[0].line; }
};

// pppd takes the words of one line for one entry.
std::vector<Entry> entries_of(std::string_view text) {
  std::vector<Entry> entries;
  for (auto& word : pppd_words(text)) {
    if (entries.empty() || entries.back().line() != word.line) entries.push_back({});
    entries.back().words.push_back(std::move(word));
  }
  return entries;
}

bool fits(const std::string& field, const std::string& name) {
  return field == "*" || name.empty() || field == name;
}

// Of several that fit, pppd takes the one that names more.
int rank(const Entry& entry, const std::string& name, const std::string& remote_name) {
  if (entry.words.size() < 3 || !fits(entry.words[0].text, name) ||
      !fits(entry.words[1].text, remote_name))
    return 0;
  return 1 + (entry.words[0].text != "*") * 2 + (entry.words[1].text != "*");
}

bool looks_like_address(const std::string& text) {
  if (text == "*" || text == "-" || text.starts_with('!')) return true;
  return std::any_of(text.begin(), text.end(),
                     [](unsigned char c) { return c == '.' || c == ':' || c == '/'; });
}

std::string quoted(const std::string& word) {
  return word.empty() || word == "*" ? "*" : "\"" + word + "\"";
}

Complaint missing(const std::string& path, const std::string& name,
                  const std::string& remote_name) {
  auto whom = remote_name.empty() ? std::string("any server") : "the server name " + remote_name;
  return {fmt::format("{} has no entry for the user {} and {}", path,
                      name.empty() ? "(none is named)" : name, whom),
          "pppd finds no secret, and so cannot answer any way of proving who it is.",
          fmt::format("Add a line to {}:\n  {} {} \"PASSWORD\" *", path, quoted(name),
                      quoted(remote_name)),
          "secrets-no-entry", "S28"};
}

void check_entry(const std::string& path, const Entry& entry, std::vector<Complaint>& complaints) {
  auto where = fmt::format("line {} of {}", entry.line(), path);
  const auto& words = entry.words;
  if (words[2].cut_by_comment)
    complaints.push_back({fmt::format("{}: the secret is cut off by #", where),
                          "A # that is not quoted begins a comment, even in the middle of a word.",
                          "Put the secret into quotes:\n  USER SERVER \"PASS#WORD\" *",
                          "secrets-unquoted-hash", "S20"});
  else if (words.size() < 4)
    complaints.push_back(
        {fmt::format("{} has no fourth field", where),
         "Without it pppd allows no address with this secret, and takes it for unusable.",
         "Add a star at the end of the line:\n  USER SERVER \"PASSWORD\" *", "secrets-no-address",
         "S19"});
  else if (!looks_like_address(words[3].text))
    complaints.push_back({fmt::format("{}: the fourth field is no address", where),
                          "Most likely the secret holds a blank and is not quoted.",
                          "Put the secret into quotes:\n  USER SERVER \"PASS WORD\" *",
                          "secrets-unquoted-blank", "S20"});
  if (words[2].quoted_to_end || words.back().quoted_to_end)
    complaints.push_back({fmt::format("{}: a quote is opened and never closed", where),
                          "Everything behind the quote is one single word to pppd.",
                          "Close it, or escape a quote that belongs to the secret by \\.",
                          "secrets-open-quote", "S20"});
  if (words[0].text.find("\\\\") != std::string::npos)
    complaints.push_back(
        {fmt::format("{}: the user's name has two backslashes left, after pppd has read it", where),
         "The domain and the user's name are to be separated by one backslash.",
         "Write two of them in the file, which pppd reads as one.", "secrets-four-backslashes",
         "S22"});
}

}  // namespace

SecretsCheck check_secrets(const std::string& path, std::string_view text, bool others_may_read,
                           const std::string& name, const std::string& remote_name) {
  SecretsCheck check;
  const Entry* best = nullptr;
  auto entries = entries_of(text);
  for (const auto& entry : entries)
    if (int r = rank(entry, name, remote_name); r > (best ? rank(*best, name, remote_name) : 0))
      best = &entry;
  if (best) {
    check.line = best->line();
    check_entry(path, *best, check.complaints);
  } else {
    check.complaints.push_back(missing(path, name, remote_name));
  }
  if (others_may_read)
    check.complaints.push_back({fmt::format("{} can be read by every user of this host", path),
                                "It holds passwords in clear text.",
                                fmt::format("Close it:\n  chmod 600 {}", path),
                                "secrets-world-readable", ""});
  return check;
}

}  // namespace callgate::diagnose::live
