// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/backend/manual.hh"

#include "gui/model/translate.hh"

namespace callgate::gui {

void Manual::read(Reply<std::string> reply) {
  Words words{programs_.man, "--manpath=" CALLGATE_MAN_DIR, "1", "pptpconfig"};
  reading_ = std::make_unique<Process>(words, [reply](const Process::Output& output) {
    if (output.status == 0 && !output.out.empty()) return reply({output.out, {}});
    auto why = output.failure.empty() ? output.errors : output.failure;
    reply({std::nullopt, {"", fill(_("The manual page cannot be shown: {}"), why)}});
  });
  reading_->close_input();
}

}  // namespace callgate::gui
