// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/model/change.hh"

#include <algorithm>

namespace callgate::gui {
namespace {

Words with_password(Words words, const std::string& password) {
  if (!password.empty()) words.push_back("--password-stdin");
  return words;
}

}  // namespace

Change edit(const Settings& before, const Settings& after, const std::string& password) {
  return {with_password(edit_words(before, after), password), password, "", false};
}

Change create(const Settings& settings, const std::string& password, bool connect) {
  return {with_password(create_words(settings), password), password, settings.name, connect};
}

Change copy_tunnel(const Settings& settings, const std::string& name, const std::string& password) {
  // Only one tunnel can have each of these.
  static const Words kOfOneTunnel{"--table",     "--from", "--mark",
                                  "--from-user", "--vrf",  "--interface"};
  Words words{"--create", name};
  // After --create and the name of the tunnel.
  for (size_t i = 2; i < settings.options.size(); ++i) {
    const auto& option = settings.options[i];
    if (std::find(kOfOneTunnel.begin(), kOfOneTunnel.end(), option) != kOfOneTunnel.end())
      ++i;  // with its value
    else
      words.push_back(option);
  }
  return {with_password(words, password), password, name, false};
}

Change rename_tunnel(const std::string& tunnel, const std::string& name) {
  return {{"--edit", tunnel, "--rename", name}, "", name, false};
}

Change repair_tunnel(const std::string& tunnel) {
  return {{"--edit", tunnel, "--repair", "all"}, "", "", false};
}

Change delete_tunnel(const std::string& tunnel) {
  return {{"--delete", tunnel}, "", "", false};
}

Parts split(const Change& change) {
  if (!is_expert(change.words)) return {change, {}};
  const auto& tunnel = change.words[1];
  Parts parts{change, {{"--edit", tunnel}, "", change.select, change.connect}};
  auto& ordinary = parts.ordinary.words;
  for (size_t i = 2; i + 1 < ordinary.size();) {
    if (!is_expert({ordinary[i]})) {
      ++i;
      continue;
    }
    auto begin = ordinary.begin() + static_cast<std::ptrdiff_t>(i);
    parts.expert.words.insert(parts.expert.words.end(), begin, begin + 2);
    ordinary.erase(begin, begin + 2);
  }
  parts.ordinary.connect = false;
  if (ordinary.size() == 2 && ordinary[0] == "--edit") ordinary.clear();
  return parts;
}

}  // namespace callgate::gui
