// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/view/failure_box.hh"

#include <gdkmm/clipboard.h>
#include <gtkmm/expander.h>

#include "gui/model/translate.hh"
#include "gui/view/widgets.hh"

namespace callgate::gui {
namespace {

void add_expander(Gtk::Box& box, const std::string& title, const std::string& text, bool fixed) {
  auto* expander = Gtk::make_managed<Gtk::Expander>(title, /*mnemonic=*/true);
  set_accessible_name(*expander, without_mnemonic(title));
  auto* label = make_label(text, /*selectable=*/true);
  if (fixed) label->add_css_class("monospace");
  expander->set_child(*label);
  box.append(*expander);
}

}  // namespace

FailureBox::FailureBox(Actions& actions)
    : Gtk::Box(Gtk::Orientation::VERTICAL, 2 * kGap), actions_(actions) {
  set_visible(false);
}

void FailureBox::show_findings(const Tunnel& tunnel, const Progress& progress) {
  bool failed = tunnel.state == TunnelState::failed || tunnel.state == TunnelState::connecting;
  const auto& findings = progress.findings();
  set_visible(failed && !findings.empty());
  if (tunnel_ == tunnel.name && findings == shown_) return;
  tunnel_ = tunnel.name;
  shown_ = findings;
  clear(*this);
  if (findings.empty()) return;
  add_finding(findings.front());
  if (findings.size() == 1) return;
  std::string others;
  for (size_t i = 1; i < findings.size(); ++i)
    others +=
        fill(_("{} ({} %): {}"), findings[i].title, findings[i].percent, findings[i].cause) + "\n";
  add_expander(*this, fill(_("_Other possible causes ({})"), findings.size() - 1), others, false);
}

void FailureBox::add_finding(const Finding& finding) {
  auto* title =
      make_label(fill(_("Most probable cause ({} %): {}"), finding.percent, finding.title));
  title->add_css_class("heading");
  append(*title);
  append(*make_label(finding.cause, true));
  auto* what = make_label(_("What to do"));
  what->add_css_class("heading");
  append(*what);
  append(*make_label(finding.remedy, true));
  auto* buttons = Gtk::make_managed<Gtk::Box>(Gtk::Orientation::HORIZONTAL, kGap);
  buttons->append(
      *make_button(_("Cop_y"), [this, text = finding.remedy] { get_clipboard()->set_text(text); }));
  append(*buttons);
  if (finding.lines.empty()) return;
  add_expander(*this, fill(_("The _lines that show it ({})"), finding.lines.size()),
               join(finding.lines, "\n"), true);
}

}  // namespace callgate::gui
