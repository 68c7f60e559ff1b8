// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/backend/diagnose.hh"

#include <glib/gstdio.h>
#include <glibmm/fileutils.h>
#include <glibmm/miscutils.h>

#include "gui/backend/setup.hh"
#include "gui/model/translate.hh"

namespace callgate::gui {

std::unique_ptr<Process> Diagnose::test(const Words& words, Told told, Ended ended) {
  Words command{programs_.pptpctl, "diagnose", "--events"};
  command.insert(command.end(), words.begin(), words.end());
  auto at_end = std::make_shared<bool>(false);
  auto testing = std::make_unique<Process>(
      command,
      [command, at_end, ended](const Process::Output& output) {
        ended(*at_end ? "" : refusal_of(command, output).sentence);
      },
      [told, at_end](const std::string& line) {
        auto parsed = parse_test_line(line);
        if (!parsed) return;
        *at_end |= parsed->is_end;
        told(*parsed);
      });
  testing->close_input();
  return testing;
}

void Diagnose::report(const std::deque<std::string>& log, Reply<std::string> reply) {
  GError* error = nullptr;
  char* made = g_dir_make_tmp("pptpconfig-XXXXXX", &error);
  if (!made) {
    reply({std::nullopt, {"", fill(_("Cannot make a temporary directory: {}"), error->message)}});
    return g_error_free(error);
  }
  std::string directory = made, file = directory + "/report";
  g_free(made);
  Words words{programs_.pptpctl, "diagnose", "--log", "-", "--redact", "--report", file};
  reporting_ = std::make_unique<Process>(words, [=](const Process::Output& output) {
    std::string text;
    try {
      text = Glib::file_get_contents(file);
    } catch (const Glib::Error&) {
      // What pptpctl says is the better reason.
    }
    g_unlink(file.c_str());
    g_rmdir(directory.c_str());
    if (text.empty()) return reply({std::nullopt, refusal_of(words, output)});
    reply({text, {}});
  });
  std::string lines;
  for (const auto& line : log) lines += line + "\n";
  reporting_->write(lines);
  reporting_->close_input();
}

}  // namespace callgate::gui
