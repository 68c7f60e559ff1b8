// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/pppd/secrets_file.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace callgate {
namespace {

constexpr size_t kSecret = 2;  // the place of the secret among the words

bool fits(const std::string& field, const std::string& name) {
  return field == "*" || name.empty() || field == name;
}

const SecretsEntry* best(const std::vector<SecretsEntry>& entries, const std::string& client,
                         const std::string& server) {
  const SecretsEntry* found = nullptr;
  int highest = 0;
  for (const auto& entry : entries)
    if (int rank = secrets_rank(entry, client, server); rank > highest) {
      highest = rank;
      found = &entry;
    }
  return found;
}

// pppd would ask for the name that the server gives in its challenge. "?" is no server's name.
const SecretsEntry* best_for_any_server(const std::vector<SecretsEntry>& entries,
                                        const std::string& client) {
  auto* found = best(entries, client, "?");
  return found ? found : best(entries, client, "");
}

bool others_differ(const std::vector<SecretsEntry>& entries, const SecretsEntry& found,
                   const std::string& client) {
  return std::ranges::any_of(entries, [&](const SecretsEntry& entry) {
    return secrets_rank(entry, client, "") == secrets_rank(found, client, "") &&
           entry.words[kSecret].text != found.words[kSecret].text;
  });
}

// A secret "@/path" is in another file, as its first word.
void follow(FoundSecret& found, const OptionLoader& load) {
  if (!found.secret.starts_with("@/")) return;
  auto path = found.secret.substr(1);
  found.secret.clear();
  auto file = load(path);
  auto words = pppd_words(file.text);
  if (file.error)
    found.problem = fmt::format("cannot read {}, which line {} of the secrets names: {}", path,
                                found.line, std::strerror(file.error));
  else if (words.empty())
    found.problem =
        fmt::format("{}, which line {} of the secrets names, has no secret", path, found.line);
  else
    found.secret = words.front().text;
}

}  // namespace

std::vector<SecretsEntry> secrets_entries(std::string_view text) {
  std::vector<SecretsEntry> entries;
  for (auto& word : pppd_words(text)) {
    if (word.starts_line) entries.push_back({});
    entries.back().words.push_back(std::move(word));
  }
  return entries;
}

int secrets_rank(const SecretsEntry& entry, const std::string& client, const std::string& server) {
  const auto& words = entry.words;
  if (words.size() <= kSecret || !fits(words[0].text, client) || !fits(words[1].text, server))
    return 0;
  return 1 + (words[0].text != "*") * 2 + (words[1].text != "*");
}

FoundSecret find_secret(std::string_view text, const std::string& client, const std::string& server,
                        const OptionLoader& load) {
  FoundSecret found;
  auto entries = secrets_entries(text);
  auto* entry =
      server.empty() ? best_for_any_server(entries, client) : best(entries, client, server);
  if (!entry) return found;
  found.line = entry->line();
  if (server.empty() && entry->words[1].text != "*" && others_differ(entries, *entry, client)) {
    found.problem = fmt::format(
        "the secrets have several passwords for {}, each for another server; name the server with "
        "remotename",
        client);
    return found;
  }
  found.secret = entry->words[kSecret].text;
  follow(found, load);
  return found;
}

}  // namespace callgate
