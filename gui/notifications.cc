// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/notifications.hh"

#include <giomm/notification.h>

namespace callgate::gui {
namespace {

// The tunnel, and the text of the button.
using Target = Glib::Variant<std::vector<Glib::ustring>>;

std::string of_application(const std::string& action) {
  return "app." + action;
}

Target target(const std::string& tunnel, const std::string& text) {
  return Target::create({tunnel, text});
}

}  // namespace

void Notifications::attach(Gio::Application& application, const Buttons& buttons) {
  application_ = &application;
  const std::pair<const char*, Do> kActions[] = {{Notice::kShow, buttons.show},
                                                 {Notice::kConnect, buttons.connect},
                                                 {Notice::kRemedy, buttons.remedy}};
  for (const auto& [name, carry_out] : kActions)
    application.add_action_with_parameter(
        name, Target::variant_type(), [act = carry_out](const Glib::VariantBase& given) {
          auto words = Glib::VariantBase::cast_dynamic<Target>(given).get();
          if (words.size() == 2) act(words[0].raw(), words[1].raw());
        });
}

void Notifications::tell(const Tunnel& before, const Tunnel& now,
                         const std::vector<Finding>& findings, bool is_seen) {
  if (!application_) return;
  auto told = notice(before, now, findings);
  if (!told || is_seen) {
    if (!still_holds(before, now)) withdraw(now.name);
    return;
  }
  auto notification = Gio::Notification::create(told->title);
  notification->set_body(told->body);
  if (told->is_urgent) notification->set_priority(Gio::Notification::Priority::HIGH);
  notification->set_default_action_variant(of_application(Notice::kShow), target(now.name, ""));
  for (const auto& button : told->buttons)
    notification->add_button_variant(button.label, of_application(button.action),
                                     target(now.name, button.label));
  application_->send_notification(now.name, notification);
}

void Notifications::withdraw(const std::string& tunnel) {
  if (application_) application_->withdraw_notification(tunnel);
}

}  // namespace callgate::gui
