// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/backend/setup.hh"

#include <algorithm>

#include "gui/model/json.hh"
#include "gui/model/translate.hh"

namespace callgate::gui {
namespace {

constexpr int kDown = 3;  // exit status of --status
// Of pkexec.
constexpr int kDismissed = 126, kNotAuthorized = 127;

std::string trimmed(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

Words with_json(Words words) {
  words.push_back("--json");
  return words;
}

}  // namespace

Refusal refusal_of(const Words& words, const Process::Output& output) {
  if (!output.failure.empty()) return {"", output.failure};
  if (auto refusal = parse_refusal(output.out)) return *refusal;
  bool by_pkexec = words.front().ends_with("pkexec");
  if (by_pkexec && output.status == kDismissed)
    return {"", _("Nothing was changed, because the question for the password was dismissed.")};
  if (by_pkexec && output.status == kNotAuthorized)
    return {"", fill(_("Nothing was changed, because you are not authorized, or because no "
                       "authentication agent is running. In a terminal, this does the same: {}"),
                     "sudo pptp-command")};
  auto said = trimmed(output.errors);
  return {"", said.empty() ? fill(_("{} failed with exit status {}."), words.front(), output.status)
                           : said};
}

void Setup::run(const Words& words, const std::string& input, Ended ended) {
  running_.emplace_front();
  auto at = running_.begin();
  *at = std::make_unique<Process>(words, [this, at, ended = std::move(ended)](const auto& output) {
    auto finished = std::move(*at);
    running_.erase(at);
    ended(output);
  });
  if (!input.empty()) at->get()->write(input);
  at->get()->close_input();
}

void Setup::list(bool as_root, Reply<std::vector<Tunnel>> reply) {
  Words asked{"--list", "--state", "--json"};
  auto words = as_root ? programs_.writing(asked) : programs_.reading(asked);
  run(words, "", [words, reply](const auto& output) {
    auto tunnels = output.status == 0 ? parse_tunnels(output.out) : std::nullopt;
    if (tunnels) return reply({std::move(tunnels), {}});
    reply({std::nullopt, refusal_of(words, output)});
  });
}

void Setup::show(const std::string& tunnel, bool as_root, Reply<Settings> reply) {
  Words asked{"--show", tunnel, "--json"};
  auto words = as_root ? programs_.writing(asked) : programs_.reading(asked);
  run(words, "", [words, reply](const auto& output) {
    auto settings = output.status == 0 ? parse_settings(output.out) : std::nullopt;
    if (settings) return reply({std::move(settings), {}});
    reply({std::nullopt, refusal_of(words, output)});
  });
}

void Setup::command(const std::string& tunnel, bool as_root, Reply<std::string> reply) {
  Words asked{"--show", tunnel};
  auto words = as_root ? programs_.writing(asked) : programs_.reading(asked);
  run(words, "", [words, reply](const auto& output) {
    if (output.status == 0) return reply({trimmed(output.out), {}});
    reply({std::nullopt, refusal_of(words, output)});
  });
}

void Setup::check(const Words& asked, Reply<Done> reply) {
  auto words = programs_.reading(with_json(asked));
  words.push_back("--check");
  run(words, "", [words, reply](const auto& output) {
    if (output.status == 0) return reply({Done{}, {}});
    reply({std::nullopt, refusal_of(words, output)});
  });
}

void Setup::write(const Change& change, Reply<Done> reply) {
  // Only pkexec needs another program for the lines that may run programs as root.
  bool by_pkexec = programs_.writing(change.words).front() == programs_.pkexec;
  auto parts = by_pkexec ? split(change) : Parts{change, {}};
  if (parts.expert.words.empty()) return write_part(parts.ordinary, reply);
  if (parts.ordinary.words.empty()) return write_part(parts.expert, reply);
  write_part(parts.ordinary, [this, expert = parts.expert, reply](const Result<Done>& result) {
    if (!result.value) return reply(result);
    write_part(expert, reply);
  });
}

void Setup::write_part(const Change& change, Reply<Done> reply) {
  auto words = programs_.writing(with_json(change.words));
  auto input = change.password.empty() ? "" : change.password + "\n";
  run(words, input, [words, reply](const auto& output) {
    if (output.status == 0) return reply({Done{}, {}});
    reply({std::nullopt, refusal_of(words, output)});
  });
}

void Setup::import(const std::string& file, Reply<std::vector<Found>> reply) {
  auto words = programs_.reading({"--import", file, "--json"});
  run(words, "", [words, reply](const auto& output) {
    auto found = output.status == 0 ? parse_found(output.out) : std::nullopt;
    if (found) return reply({std::move(found), {}});
    reply({std::nullopt, refusal_of(words, output)});
  });
}

void Setup::load_modules(Reply<Done> reply) {
  Words words{programs_.pkexec, programs_.load_modules};
  if (programs_.is_root) words.erase(words.begin());
  run(words, "", [words, reply](const auto& output) {
    if (output.status == 0) return reply({Done{}, {}});
    reply({std::nullopt, refusal_of(words, output)});
  });
}

void Setup::status(const std::string& tunnel, Reply<bool> reply) {
  auto words = programs_.reading({"--status", tunnel, "--json"});
  run(words, "", [words, reply](const auto& output) {
    if (output.status == 0 || output.status == kDown) return reply({output.status == 0, {}});
    reply({std::nullopt, refusal_of(words, output)});
  });
}

}  // namespace callgate::gui
