// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/view/tunnel_list.hh"

#include <algorithm>
#include <ctime>

#include "gui/model/translate.hh"
#include "gui/view/widgets.hh"

namespace callgate::gui {

class TunnelList::Row : public Gtk::ListBoxRow {
 public:
  explicit Row(const std::string& name) : name_(name) {
    auto* box = Gtk::make_managed<Gtk::Box>(Gtk::Orientation::HORIZONTAL, 2 * kGap);
    box->set_margin(kGap);
    mark_ = make_label("");
    mark_->add_css_class("mark");
    mark_->set_valign(Gtk::Align::START);
    auto* texts = Gtk::make_managed<Gtk::Box>(Gtk::Orientation::VERTICAL);
    auto* title = make_label(name);
    title->set_ellipsize(Pango::EllipsizeMode::END);
    title->add_css_class("heading");
    summary_ = make_label("");
    summary_->set_lines(2);
    summary_->set_ellipsize(Pango::EllipsizeMode::END);
    texts->append(*title);
    texts->append(*summary_);
    box->append(*mark_);
    box->append(*texts);
    set_child(*box);
  }

  void show(const Tunnel& tunnel) {
    auto text = summary(tunnel, std::time(nullptr));
    mark_->set_text(mark(tunnel.state));
    summary_->set_text(text);
    for (const char* name : {"off", "connecting", "connected", "failed"}) remove_css_class(name);
    constexpr const char* kClasses[] = {"off", "connecting", "connected", "failed"};
    add_css_class(kClasses[static_cast<size_t>(tunnel.state)]);
    set_accessible_name(*this, fill(_("{}: {}"), tunnel.name, text));
  }
  const std::string& name() const { return name_; }

 private:
  std::string name_;
  Gtk::Label *mark_, *summary_;
};

TunnelList::TunnelList() {
  set_selection_mode(Gtk::SelectionMode::SINGLE);
  set_activate_on_single_click(false);
  add_css_class("navigation-sidebar");
  set_accessible_name(*this, _("Tunnels"));
  signal_row_selected().connect([this](Gtk::ListBoxRow* row) {
    if (row && !showing_) chosen_.emit(static_cast<Row*>(row)->name());
  });
  signal_row_activated().connect(
      [this](Gtk::ListBoxRow* row) { opened_.emit(static_cast<Row*>(row)->name()); });
}

void TunnelList::rebuild(const std::vector<Tunnel>& tunnels) {
  for (auto* row : rows_) remove(*row);
  rows_.clear();
  for (const auto& tunnel : tunnels) {
    rows_.push_back(Gtk::make_managed<Row>(tunnel.name));
    append(*rows_.back());
  }
}

void TunnelList::show_tunnels(const std::vector<Tunnel>& tunnels, const std::string& selected) {
  showing_ = true;
  auto same = [](const Row* row, const Tunnel& tunnel) { return row->name() == tunnel.name; };
  if (!std::equal(rows_.begin(), rows_.end(), tunnels.begin(), tunnels.end(), same))
    rebuild(tunnels);
  for (size_t i = 0; i < rows_.size(); ++i) rows_[i]->show(tunnels[i]);
  mark_selected(selected);
  showing_ = false;
}

void TunnelList::mark_selected(const std::string& name) {
  if (name == selected()) return;
  for (auto* row : rows_)
    if (row->name() == name) return select_row(*row);
}

std::string TunnelList::selected() const {
  auto* row = const_cast<TunnelList*>(this)->get_selected_row();
  return row ? static_cast<const Row*>(row)->name() : "";
}

}  // namespace callgate::gui
