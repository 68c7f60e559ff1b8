// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/backend/units.hh"

#include <giomm/dbuserror.h>
#include <unistd.h>

#include <limits>
#include <string_view>

#include "config.hh"
#include "gui/model/translate.hh"

namespace callgate::gui {
namespace {

constexpr auto kSystemd = "org.freedesktop.systemd1";
constexpr auto kManager = "org.freedesktop.systemd1.Manager";
constexpr auto kPath = "/org/freedesktop/systemd1";
constexpr auto kTunnelUnits = "/org/freedesktop/systemd1/unit/pptp_40";  // pptp@
constexpr size_t kEarly = 64;

std::string text_of(const Glib::VariantContainerBase& parameters, gsize index) {
  Glib::VariantBase child;
  if (parameters.get_n_children() <= index) return "";
  parameters.get_child(child, index);
  return g_variant_get_string(child.gobj(), nullptr);
}

// polkit does not allow it, or there is nobody to ask the user for a password.
bool is_refusal(const std::string& error) {
  return error == "org.freedesktop.DBus.Error.AccessDenied" ||
         error == "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired";
}

std::string sentence(const std::string& unit, const Glib::Error& error) {
  std::string said = error.what(), name;
  // GLib puts the D-Bus name of the error before its text.
  constexpr std::string_view kBefore = "GDBus.Error:";
  if (auto text = said.find(": "); said.starts_with(kBefore) && text != said.npos) {
    name = said.substr(kBefore.size(), text - kBefore.size());
    said.erase(0, text + 2);
  }
  if (!is_refusal(name)) return fill(_("Cannot ask systemd for {}: {}"), unit, said);
  if (!said.ends_with('.')) said += '.';
  return fill(_("Cannot ask systemd for {}: {} Members of the group {} may start and stop "
                "tunnels. To become one: adduser USER {}, and log in again"),
              unit, said, CALLGATE_GROUP, CALLGATE_GROUP);
}

}  // namespace

Units::Units(std::function<void()> changed) : changed_(std::move(changed)) {
  if (access("/run/systemd/system", F_OK) != 0) return;
  try {
    bus_ = Gio::DBus::Connection::get_sync(Gio::DBus::BusType::SYSTEM);
    subscribe();
  } catch (const Glib::Error&) {
    bus_.reset();
  }
}

Units::~Units() {
  if (!bus_) return;
  for (auto id : subscriptions_) bus_->signal_unsubscribe(id);
}

void Units::subscribe() {
  // systemd sends signals only if somebody has asked for them.
  bus_->call(
      kPath, kManager, "Subscribe", {}, [](auto&) {}, kSystemd);
  subscriptions_[0] =
      bus_->signal_subscribe([this](auto&, auto&, auto&, auto&, auto&,
                                    const auto& parameters) { on_job_removed(parameters); },
                             kSystemd, kManager, "JobRemoved", kPath);
  subscriptions_[1] = bus_->signal_subscribe(
      [this](auto&, auto&, const Glib::ustring& path, auto&, auto&, auto&) {
        if (path.raw().starts_with(kTunnelUnits)) changed_();
      },
      kSystemd, "org.freedesktop.DBus.Properties", "PropertiesChanged");
}

void Units::on_job_removed(const Glib::VariantContainerBase& parameters) {
  auto job = text_of(parameters, 1), result = text_of(parameters, 3);
  auto waiting = jobs_.find(job);
  if (waiting == jobs_.end()) {
    if (early_.size() >= kEarly) early_.clear();
    early_[job] = result;
    return;
  }
  auto reply = waiting->second;
  jobs_.erase(waiting);
  reply({result, {}});
}

void Units::start(const std::string& unit, Reply<std::string> reply) {
  call("StartUnit", unit, std::move(reply));
}

void Units::stop(const std::string& unit, Reply<std::string> reply) {
  call("StopUnit", unit, std::move(reply));
}

void Units::call(const char* method, const std::string& unit, Reply<std::string> reply) {
  auto parameters = Glib::VariantContainerBase(
      g_variant_ref_sink(g_variant_new("(ss)", unit.c_str(), "replace")), false);
  auto answered = [this, unit, reply](const Glib::RefPtr<Gio::AsyncResult>& result) {
    try {
      auto job = text_of(bus_->call_finish(result), 0);
      if (auto early = early_.find(job); early != early_.end()) {
        auto word = early->second;
        early_.erase(early);
        return reply({word, {}});
      }
      jobs_[job] = reply;
    } catch (const Glib::Error& error) {
      reply({std::nullopt, {"", sentence(unit, error)}});
    }
  };
  // The user may take long to enter a password.
  bus_->call(kPath, kManager, method, parameters, answered, kSystemd,
             std::numeric_limits<int>::max(),
             Gio::DBus::CallFlags::ALLOW_INTERACTIVE_AUTHORIZATION);
}

}  // namespace callgate::gui
