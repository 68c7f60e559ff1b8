// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/notifications.hh"

#include <giomm/notification.h>

namespace callgate::gui {
namespace {

std::string of_application(const std::string& action) {
  return "app." + action;
}

}  // namespace

void Notifications::attach(Gio::Application& application, const Buttons& buttons) {
  application_ = &application;
  const std::pair<const char*, Do> kActions[] = {{Notice::kShow, buttons.show},
                                                 {Notice::kConnect, buttons.connect},
                                                 {Notice::kRemedy, buttons.remedy}};
  for (const auto& [name, carry_out] : kActions)
    application.add_action_with_parameter(
        name, Glib::VARIANT_TYPE_STRING, [act = carry_out](const Glib::VariantBase& tunnel) {
          act(g_variant_get_string(const_cast<GVariant*>(tunnel.gobj()), nullptr));
        });
}

void Notifications::tell(const Tunnel& before, const Tunnel& now,
                         const std::vector<Finding>& findings, bool is_seen) {
  if (!application_) return;
  // What the last one says, and what its buttons do, does not hold any longer.
  if (now.state == TunnelState::connecting && before.state != now.state)
    application_->withdraw_notification(now.name);
  auto told = notice(before, now, findings);
  if (!told || is_seen) return;
  auto notification = Gio::Notification::create(told->title);
  notification->set_body(told->body);
  if (told->is_urgent) notification->set_priority(Gio::Notification::Priority::HIGH);
  auto target = Glib::Variant<Glib::ustring>::create(now.name);
  notification->set_default_action_variant(of_application(Notice::kShow), target);
  for (const auto& button : told->buttons)
    notification->add_button_variant(button.label, of_application(button.action), target);
  application_->send_notification(now.name, notification);
}

}  // namespace callgate::gui
