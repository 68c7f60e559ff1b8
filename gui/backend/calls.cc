// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/backend/calls.hh"

namespace callgate::gui {

void Calls::ask(const std::string& tunnel, const std::string& interface,
                std::function<void(const std::optional<Quality>&)> reply) {
  Words words{programs_.pptpctl, "status", "--json"};
  asking_ = std::make_unique<Process>(words, [=](const Process::Output& output) {
    reply(parse_quality(output.out, tunnel, interface));
  });
  asking_->close_input();
}

}  // namespace callgate::gui
