// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/session.hh"

#include <giomm/file.h>
#include <giomm/networkmonitor.h>
#include <glibmm/miscutils.h>

#include "gui/backend/foreign_files.hh"
#include "gui/backend/statistics.hh"
#include "gui/model/translate.hh"
#include "gui/view/dialog.hh"

namespace callgate::gui {
namespace {

// Several changes at once, such as those of one start, lead to one look.
constexpr unsigned kReloadDelay = 200;  // ms
constexpr unsigned kCheckDelay = 300;   // ms after the last key
constexpr unsigned kMeasureEvery = 1;   // s
constexpr double kMicroseconds = 1e-6;  // s
constexpr long kAskEvery = 3'000'000;   // microseconds, for loss and round trip

}  // namespace

Session::Session(const Programs& programs)
    : programs_(programs),
      setup_(programs),
      diagnose_(programs),
      manual_(programs),
      calls_(programs),
      starter_(programs, listener()),
      known_(starter_.is_elsewhere()),
      window_(*this) {
  watch_files();
  reload(false);
  measure_timer_ =
      Glib::signal_timeout().connect_seconds([this] { return measure(); }, kMeasureEvery);
}

Session::~Session() {
  for (auto* timer : {&reload_timer_, &check_timer_, &measure_timer_}) timer->disconnect();
}

Starter::Listener Session::listener() {
  return {[this](const std::string& tunnel, const Event& event) { on_event(tunnel, event); },
          [this](const std::string& tunnel, const std::string& line) {
            known_.add_line(tunnel, line);
            if (tunnel == selected_) show_all();
          },
          [this] { reload_soon(); },
          [this](const std::string& tunnel) {
            known_.settle(tunnel);
            show_all();
          },
          [this](const std::string& tunnel) {
            known_.end(tunnel);
            show_all();
          },
          [this](const std::string& sentence) { window_.show_problem(sentence, false); },
          [this](const std::string& tunnel) { known_.cut_off(tunnel); },
          [this](const std::string& tunnel, const std::string& sentence) {
            known_.end(tunnel);
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
  list(as_root, [this, as_root](const Refusal* refusal) {
    if (!refusal) return;
    as_root_ = false;
    window_.show_problem(fill(_("Cannot list the tunnels: {}"), refusal->sentence),
                         !as_root && programs_.root.empty());
  });
}

void Session::list(bool as_root, Answer answer) {
  setup_.list(as_root, [this, answer, list = ++lists_](const Result<std::vector<Tunnel>>& result) {
    if (list < list_) return answer(nullptr);  // a newer list has come
    if (result.value) {
      list_ = list;
      take_tunnels(*result.value);
    }
    answer(result.value ? nullptr : &result.refusal);
  });
}

// Once, when it is known that the tunnels can be listed.
void Session::offer_import() {
  if (std::exchange(looked_for_foreign_files_, true) || was_import_offered()) return;
  window_.offer_import(foreign_files(programs_.root));
}

void Session::note_import_offered() {
  gui::note_import_offered();
}

void Session::take_tunnels(std::vector<Tunnel> tunnels) {
  known_.take(std::move(tunnels));
  offer_import();
  const auto& listed = known_.listed();
  starter_.forget_others(listed);
  for (const auto& tunnel : listed)
    if (!known_.is_stopping(tunnel.name)) starter_.watch(tunnel);
  auto before = selected_;
  if (find(listed, wanted_)) selected_ = std::exchange(wanted_, "");
  if (!find(listed, selected_)) selected_ = listed.empty() ? "" : listed.front().name;
  show_all();
  if (selected_ != before) load_settings();
}

void Session::on_event(const std::string& tunnel, const Event& event) {
  if (known_.add(tunnel, event)) reload_soon();
  show_all();
}

// What has become of each tunnel that was there before.
void Session::notify(const std::vector<Tunnel>& before) {
  for (const auto& now : shown_)
    if (const auto* old = find(before, now.name); old && *old != now)
      notifications_.tell(*old, now, known_.progress(now.name).findings(), window_.is_active());
  for (const auto& old : before)
    if (!find(shown_, old.name)) notifications_.withdraw(old.name);
}

void Session::add_actions(Gio::Application& application) {
  notifications_.attach(application,
                        {[this](const std::string& tunnel, auto&) { open(tunnel); },
                         [this](const std::string& tunnel, auto&) { connect_again(tunnel); },
                         [this](const std::string& tunnel, const std::string& text) {
                           if (open(tunnel)) window_.carry_out_remedy(text);
                         }});
}

bool Session::open(const std::string& tunnel) {
  select(tunnel);
  window_.present();
  if (selected_ == tunnel) window_.open_status();
  return selected_ == tunnel;
}

// The notification may be older than what the user has done meanwhile.
void Session::connect_again(const std::string& name) {
  const auto* tunnel = find(shown_, name);
  if (tunnel && (tunnel->state == TunnelState::off || tunnel->state == TunnelState::failed))
    connect(name);
}

void Session::show_all() {
  auto before = std::exchange(shown_, known_.shown());
  notify(before);
  window_.show_tunnels(shown_, selected_);
  const auto* tunnel = find(shown_, selected_);
  if (!tunnel) return;
  const auto& progress = known_.progress(selected_);
  window_.show_status(*tunnel, progress);
  window_.show_log(selected_, known_.log(selected_), progress);
}

// Looks at the counters only while somebody can see them.
bool Session::measure() {
  const auto* tunnel = find(shown_, selected_);
  auto measured = tunnel ? tunnel->name + " " + tunnel->interface : "";
  if (measured != measured_) forget_measures();
  measured_ = measured;
  if (!window_.is_visible()) return true;
  auto counters = tunnel && tunnel->state == TunnelState::connected
                      ? read_counters(programs_.root, tunnel->interface)
                      : std::nullopt;
  if (counters) {
    rates_.add(*counters, static_cast<double>(g_get_monotonic_time()) * kMicroseconds);
    ask_for_quality(*tunnel);
  } else {
    forget_measures();
  }
  window_.show_rates(rates_, quality_);
  return true;
}

void Session::forget_measures() {
  rates_.clear();
  calls_.stop();
  quality_.reset();
  next_question_ = 0;
}

void Session::ask_for_quality(const Tunnel& tunnel) {
  if (g_get_monotonic_time() < next_question_) return;
  next_question_ = g_get_monotonic_time() + kAskEvery;
  calls_.ask(tunnel.name, tunnel.interface,
             [this](const std::optional<Quality>& quality) { quality_ = quality; });
}

void Session::select(const std::string& tunnel) {
  ++selects_;
  wanted_.clear();
  if (known_.listed().empty()) {
    wanted_ = tunnel;
    return;
  }
  if (!find(known_.listed(), tunnel))
    return window_.show_problem(fill(_("There is no tunnel {}."), tunnel), false);
  if (selected_ == tunnel) return;
  selected_ = tunnel;
  show_all();
  load_settings();
}

void Session::load_settings() {
  ++shows_;
  if (selected_.empty()) return;
  window_.settings().expect(selected_);
  setup_.show(selected_, as_root_, [this, name = selected_, show = shows_](const auto& result) {
    if (show != shows_) return;
    if (!result.value) return window_.settings().show_unreadable(result.refusal.sentence);
    auto settings = *result.value;
    if (const auto* tunnel = find(known_.listed(), name)) settings.at_boot = tunnel->enabled;
    window_.settings().show_settings(settings);
  });
}

void Session::connect(const std::string& name) {
  const auto* tunnel = find(known_.listed(), name);
  if (!tunnel) return;
  window_.clear_problem();
  known_.begin(name);
  starter_.start(*tunnel);
  show_all();
}

void Session::disconnect(const std::string& name) {
  const auto* tunnel = find(known_.listed(), name);
  if (!tunnel) return;
  known_.stop(name);
  starter_.stop(*tunnel);
  show_all();
}

void Session::check(const Words& words, Answer answer) {
  stop_check();
  check_timer_ = Glib::signal_timeout().connect(
      [this, words, answer] {
        setup_.check(words, [this, answer, check = checks_](const Result<Done>& result) {
          if (check == checks_) answer(result.value ? nullptr : &result.refusal);
        });
        return false;
      },
      kCheckDelay);
}

void Session::stop_check() {
  check_timer_.disconnect();
  ++checks_;
}

void Session::write(const Change& change, Answer answer) {
  stop_check();
  setup_.write(change, [this, change, answer, selects = selects_](const Result<Done>& result) {
    if (!result.value) return answer(&result.refusal);
    window_.clear_problem();
    if (selects == selects_) wanted_ = change.select;  // the user has selected no other one
    list(as_root_, [this, change, answer](const Refusal*) {
      wanted_.clear();
      if (change.words[1] == selected_) load_settings();  // an edit of the tunnel that is shown
      answer(nullptr);
      if (change.connect) connect(change.select);
    });
  });
}

void Session::tell_refusal(const std::string& tunnel, const Refusal& refusal) {
  window_.show_problem(fill(_("{}: {}"), tunnel, refusal.sentence), false);
}

void Session::duplicate(const std::string& tunnel, const std::string& name,
                        const std::string& password, Answer answer) {
  setup_.show(tunnel, as_root_, [=, this](const Result<Settings>& result) {
    if (!result.value) return answer(&result.refusal);
    write(copy_tunnel(*result.value, name, password), answer);
  });
}

void Session::copy_command(const std::string& tunnel) {
  setup_.command(tunnel, as_root_, [this](const Result<std::string>& result) {
    if (!result.value) return window_.show_problem(result.refusal.sentence, false);
    window_.copy(*result.value);
  });
}

void Session::show_help() {
  manual_.read([this](const Result<std::string>& result) {
    if (!result.value) return window_.show_problem(result.refusal.sentence, false);
    show_text(window_, _("Manual page"), *result.value);
  });
}

void Session::load_modules(Answer answer) {
  setup_.load_modules(
      [answer](const Result<Done>& result) { answer(result.value ? nullptr : &result.refusal); });
}

std::shared_ptr<void> Session::test(const Words& words, std::function<void(const TestLine&)> told,
                                    std::function<void(const std::string& failure)> ended) {
  return diagnose_.test(words, std::move(told), std::move(ended));
}

void Session::report(const std::string& tunnel) {
  diagnose_.report(known_.log(tunnel), [this, tunnel](const Result<std::string>& result) {
    if (!result.value) return window_.show_problem(result.refusal.sentence, false);
    show_report(window_, _("Report for a helper"), *result.value,
                Glib::get_home_dir() + "/pptp-" + tunnel + ".txt");
  });
}

void Session::read_import(const std::string& file,
                          std::function<void(const std::vector<Found>&)> found, Answer refused) {
  setup_.import(file, [found, refused](const Result<std::vector<Found>>& result) {
    if (result.value) return found(*result.value);
    refused(&result.refusal);
  });
}

}  // namespace callgate::gui
