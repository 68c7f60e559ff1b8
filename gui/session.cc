// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/session.hh"

#include <giomm/file.h>
#include <giomm/networkmonitor.h>

#include <algorithm>

#include "gui/model/translate.hh"

namespace callgate::gui {
namespace {

// Several changes at once, such as those of one start, lead to one look.
constexpr unsigned kReloadDelay = 200;  // ms
constexpr unsigned kCheckDelay = 300;   // ms after the last key
constexpr size_t kLogLines = 5000;

}  // namespace

Session::Session(const Programs& programs)
    : programs_(programs), setup_(programs), starter_(programs, listener()), window_(*this) {
  watch_files();
  reload(false);
}

Session::~Session() {
  reload_timer_.disconnect();
  check_timer_.disconnect();
}

Starter::Listener Session::listener() {
  return {[this](const std::string& tunnel, const Event& event) { on_event(tunnel, event); },
          [this](const std::string& tunnel, const std::string& line) {
            auto& log = logs_[tunnel];
            if (log.size() >= kLogLines) log.erase(log.begin(), log.begin() + kLogLines / 10);
            log.push_back(line);
          },
          [this] { reload_soon(); },
          [this](const std::string& tunnel, const std::string& sentence) {
            progress_of(tunnel).end();
            show_all();
            window_.show_problem(sentence, false);
          }};
}

// A tunnel that pppd or pptp starts elsewhere changes the network, and pptpsetup changes the files.
void Session::watch_files() {
  for (const char* directory : {"/etc/ppp/peers", "/etc/ppp/callgate"}) {
    try {
      monitors_.push_back(
          Gio::File::create_for_path(programs_.root + directory)->monitor_directory());
      monitors_.back()->signal_changed().connect([this](auto&, auto&, auto) { reload_soon(); });
    } catch (const Glib::Error&) {
      // The user may not look into the directory. Changes of the network still lead to a look.
    }
  }
  Gio::NetworkMonitor::get_default()->signal_network_changed().connect(
      [this](bool) { reload_soon(); });
}

void Session::reload_soon() {
  if (reload_timer_.connected()) return;
  reload_timer_ = Glib::signal_timeout().connect(
      [this] {
        if (!as_root_) reload(false);
        return false;
      },
      kReloadDelay);
}

void Session::reload(bool as_root) {
  as_root_ = as_root;
  setup_.list(as_root, [this, as_root](const Result<std::vector<Tunnel>>& result) {
    if (result.value) return take_tunnels(*result.value);
    window_.show_problem(fill(_("Cannot list the tunnels: {}"), result.refusal.sentence),
                         !as_root && programs_.root.empty());
  });
}

void Session::take_tunnels(std::vector<Tunnel> tunnels) {
  listed_ = std::move(tunnels);
  for (const auto& tunnel : listed_) starter_.watch(tunnel);
  if (!wanted_.empty() && find(listed_, wanted_)) selected_.clear();
  if (find(listed_, selected_)) return show_all();
  selected_ = find(listed_, wanted_) ? wanted_ : listed_.empty() ? "" : listed_.front().name;
  wanted_.clear();
  show_all();
  load_settings();
}

Progress& Session::progress_of(const std::string& name) {
  auto found = progress_.find(name);
  if (found != progress_.end()) return found->second;
  const auto* tunnel = find(listed_, name);
  return progress_[name] = tunnel ? Progress(tunnel->encrypt, !tunnel->routes.empty()) : Progress();
}

void Session::on_event(const std::string& tunnel, const Event& event) {
  progress_of(tunnel).add(event);
  if (event.kind == Event::Kind::up || event.kind == Event::Kind::down) reload_soon();
  show_all();
}

Tunnel Session::with_progress(Tunnel tunnel) const {
  auto found = progress_.find(tunnel.name);
  if (found == progress_.end()) return tunnel;
  const auto& progress = found->second;
  // Below another root, only the log says what runs.
  bool only_log = starter_.is_elsewhere();
  bool begins = progress.state() == TunnelState::connecting && tunnel.state == TunnelState::off;
  bool has_failed = progress.state() == TunnelState::failed && tunnel.state == TunnelState::off;
  if (only_log || begins || has_failed) tunnel.state = progress.state();
  if (only_log && tunnel.state == TunnelState::connected) {
    tunnel.interface = progress.interface();
    tunnel.address = progress.local();
    tunnel.peer = progress.remote();
  }
  if (!progress.findings().empty()) tunnel.failure = progress.findings().front().title;
  return tunnel;
}

void Session::show_all() {
  shown_.clear();
  for (const auto& tunnel : listed_) shown_.push_back(with_progress(tunnel));
  window_.show_tunnels(shown_, selected_);
  show_selected();
}

void Session::show_selected() {
  if (const auto* tunnel = find(shown_, selected_))
    window_.show_status(*tunnel, progress_of(selected_));
}

void Session::select(const std::string& tunnel) {
  if (listed_.empty()) {
    wanted_ = tunnel;
    return;
  }
  if (!find(listed_, tunnel))
    return window_.show_problem(fill(_("There is no tunnel {}."), tunnel), false);
  selected_ = tunnel;
  show_all();
  load_settings();
}

void Session::load_settings() {
  if (selected_.empty()) return;
  setup_.show(selected_, as_root_, [this, name = selected_](const Result<Settings>& result) {
    if (name != selected_) return;
    if (!result.value) return window_.settings().show_unreadable(result.refusal.sentence);
    auto settings = *result.value;
    if (const auto* tunnel = find(listed_, name)) settings.at_boot = tunnel->enabled;
    window_.settings().show_settings(settings);
  });
}

void Session::connect(const std::string& name) {
  const auto* tunnel = find(listed_, name);
  if (!tunnel) return;
  window_.clear_problem();
  progress_[name] = Progress(tunnel->encrypt, !tunnel->routes.empty());
  progress_[name].begin();
  logs_[name].clear();
  starter_.start(*tunnel);
  show_all();
}

void Session::disconnect(const std::string& name) {
  const auto* tunnel = find(listed_, name);
  if (!tunnel) return;
  progress_of(name) = Progress(tunnel->encrypt, !tunnel->routes.empty());
  starter_.stop(*tunnel);
  show_all();
}

void Session::check(const Settings& before, const Settings& after) {
  check_timer_.disconnect();
  check_timer_ = Glib::signal_timeout().connect(
      [this, words = edit_words(before, after)] {
        setup_.check(words, [this](const Result<Done>& result) {
          window_.settings().show_checked(result.value ? nullptr : &result.refusal);
        });
        return false;
      },
      kCheckDelay);
}

void Session::save(const Settings& before, const Settings& after, const std::string& password) {
  auto words = edit_words(before, after);
  if (!password.empty()) words.push_back("--password-stdin");
  setup_.write(words, password, [this](const Result<Done>& result) {
    if (!result.value) return window_.settings().show_checked(&result.refusal);
    window_.clear_problem();
    reload(as_root_);
    load_settings();
  });
}

}  // namespace callgate::gui
