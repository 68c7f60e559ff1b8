// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/view/status_page.hh"

#include <gtkmm/scrolledwindow.h>

#include "gui/model/translate.hh"
#include "gui/view/widgets.hh"

namespace callgate::gui {
namespace {

void to_left(Gtk::Label& label) {
  label.set_xalign(0);
  label.set_wrap();
}

const char* button_text(TunnelState state) {
  switch (state) {
    case TunnelState::off: return _("_Connect");
    case TunnelState::connecting: return _("_Stop trying");
    case TunnelState::connected: return _("_Disconnect");
    case TunnelState::failed: return _("_Try again");
  }
  return "";
}

}  // namespace

StatusPage::StatusPage(Actions& actions, Gtk::Stack& stack)
    : Gtk::Box(Gtk::Orientation::VERTICAL, 2 * kGap),
      actions_(actions),
      failure_(actions),
      steps_(actions) {
  set_margin(3 * kGap);
  auto* head = Gtk::make_managed<Gtk::Box>(Gtk::Orientation::HORIZONTAL, 2 * kGap);
  auto* texts = Gtk::make_managed<Gtk::Box>(Gtk::Orientation::VERTICAL, kGap);
  texts->set_hexpand();
  title_.add_css_class("title-2");
  for (auto* label : {&title_, &server_, &sentence_}) {
    to_left(*label);
    texts->append(*label);
  }
  button_.set_valign(Gtk::Align::START);
  button_.set_use_underline();
  button_.signal_clicked().connect([this] {
    if (state_ == TunnelState::off || state_ == TunnelState::failed)
      actions_.connect(tunnel_);
    else
      actions_.disconnect(tunnel_);
  });
  head->append(*texts);
  head->append(button_);
  stages_.set_column_spacing(2 * kGap);
  stages_.set_row_spacing(kGap);
  append(*head);
  append(stages_);
  append(graph_);
  append(failure_);
  auto* test = make_button(_("_Test connection"), [this] { this->test(); });
  test->set_halign(Gtk::Align::START);
  append(*test);
  append(steps_);
  auto* scrolled = Gtk::make_managed<Gtk::ScrolledWindow>();
  scrolled->set_policy(Gtk::PolicyType::NEVER, Gtk::PolicyType::AUTOMATIC);
  scrolled->set_child(*this);
  stack.add(*scrolled, "status", _("Status"));
}

void StatusPage::show_status(const Tunnel& tunnel, const Progress& progress) {
  if (tunnel.name != tunnel_) steps_.reset();
  tunnel_ = tunnel.name;
  state_ = tunnel.state;
  title_.set_text(tunnel.name);
  server_.set_text(tunnel.user.empty() ? tunnel.server
                                       : fill(_("{}, as {}"), tunnel.server, tunnel.user));
  sentence_.set_text(sentence(tunnel, progress));
  button_.set_label(button_text(state_));
  set_accessible_name(button_, without_mnemonic(button_text(state_)));
  // They are in the log, which the user may not be allowed to read.
  stages_.set_visible(tunnel.state != TunnelState::connected || progress.is_known());
  show_stages(progress.stages());
  failure_.show_findings(tunnel, progress);
}

void StatusPage::test() {
  if (!tunnel_.empty()) steps_.test({"--tunnel", tunnel_});
}

void StatusPage::show_stages(const std::vector<Stage>& stages) {
  while (auto* child = stages_.get_first_child()) stages_.remove(*child);
  int row = 0;
  for (const auto& stage : stages) {
    auto* shape = make_label(mark(stage.mark));
    shape->add_css_class("mark");
    auto* title = make_label(stage.title);
    auto* detail = make_label(stage.detail.empty() ? word(stage.mark) : stage.detail);
    detail->set_hexpand();
    if (stage.mark == Stage::Mark::ahead) detail->add_css_class("dim-label");
    if (stage.mark == Stage::Mark::failed) shape->add_css_class("error");
    auto* time = make_label(stage.milliseconds ? fill(_("{} ms"), *stage.milliseconds) : "");
    time->set_halign(Gtk::Align::END);
    int column = 0;
    for (auto* label : {shape, title, detail, time}) {
      label->set_valign(Gtk::Align::START);
      stages_.attach(*label, column++, row);
    }
    set_accessible_name(*title, fill(_("{}: {}"), stage.title, word(stage.mark)));
    ++row;
  }
}

}  // namespace callgate::gui
