// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/model/notice.hh"

#include "gui/model/translate.hh"

namespace callgate::gui {
namespace {

// The cause of a failure is often known only half a second after it.
bool is_worth_it(const Tunnel& before, const Tunnel& now) {
  switch (now.state) {
    case TunnelState::connecting: return false;
    case TunnelState::connected: return before.state != now.state;
    case TunnelState::off: return before.state == TunnelState::connected;
    case TunnelState::failed: return before.state != now.state || before.failure != now.failure;
  }
  return false;
}

}  // namespace

std::optional<Notice> notice(const Tunnel& before, const Tunnel& now,
                             const std::vector<Finding>& findings) {
  if (!is_worth_it(before, now)) return std::nullopt;
  bool failed = now.state == TunnelState::failed;
  Notice told{fill(_("{}: {}"), now.name, word(now.state)),
              failed ? now.failure : now.server,
              {},
              failed};
  bool has_remedy = failed && !findings.empty() && !findings.front().actions.empty();
  if (has_remedy)
    told.buttons.push_back(
        {without_mnemonic(label(findings.front().actions.front())), Notice::kRemedy});
  else if (now.state != TunnelState::connected)
    told.buttons.push_back({_("Connect again"), Notice::kConnect});
  told.buttons.push_back({_("Show"), Notice::kShow});
  return told;
}

bool still_holds(const Tunnel& before, const Tunnel& now) {
  return before.state == now.state &&
         (now.state != TunnelState::failed || before.failure == now.failure);
}

}  // namespace callgate::gui
