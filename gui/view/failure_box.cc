// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/view/failure_box.hh"

#include <gdkmm/clipboard.h>
#include <gtkmm/expander.h>

#include "gui/model/translate.hh"
#include "gui/view/dialog.hh"
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
  Failure now{tunnel.name, findings};
  if (now == shown_) return;
  shown_ = std::move(now);
  clear(*this);
  note_ = nullptr;
  if (findings.empty()) return;
  add_finding(findings.front());
  if (findings.size() == 1) return;
  std::string others;
  for (size_t i = 1; i < findings.size(); ++i)
    others +=
        fill(_("{} ({} %): {}"), findings[i].title, findings[i].percent, findings[i].cause) + "\n";
  add_expander(*this, fill(_("_Other possible causes ({})"), findings.size() - 1), others, false);
}

// Words are wrapped. Lines to be typed are shown as they are, and can be copied.
void FailureBox::add_text(const std::string& text) {
  for (const auto& paragraph : paragraphs(text)) {
    auto* label = make_label(paragraph.text, /*selectable=*/true);
    if (!paragraph.is_command) {
      append(*label);
      continue;
    }
    label->add_css_class("monospace");
    label->set_hexpand();
    auto* row = Gtk::make_managed<Gtk::Box>(Gtk::Orientation::HORIZONTAL, kGap);
    row->set_margin_start(2 * kGap);
    row->append(*label);
    auto* copy =
        make_icon_button("edit-copy-symbolic", fill(_("Copy {}"), paragraph.text),
                         [this, text = paragraph.text] { get_clipboard()->set_text(text); });
    copy->set_valign(Gtk::Align::START);
    row->append(*copy);
    append(*row);
  }
}

void FailureBox::add_finding(const Finding& finding) {
  auto* title =
      make_label(fill(_("Most probable cause ({} %): {}"), finding.percent, finding.title));
  title->add_css_class("heading");
  append(*title);
  add_text(finding.cause);
  auto* what = make_label(_("What to do"));
  what->add_css_class("heading");
  append(*what);
  if (!finding.actions.empty()) {
    auto* buttons = Gtk::make_managed<Gtk::Box>(Gtk::Orientation::HORIZONTAL, kGap);
    for (const auto& action : finding.actions) buttons->append(*action_button(action));
    append(*buttons);
  }
  note_ = make_label("");
  note_->set_visible(false);
  append(*note_);
  add_text(finding.remedy);
  if (!finding.entry.empty())
    append(*make_label(
        fill(_("This is entry {} of the PPTP Client Diagnosis HOWTO."), finding.entry)));
  if (finding.lines.empty()) return;
  add_expander(*this, fill(_("The _lines that show it ({})"), finding.lines.size()),
               join(finding.lines, "\n"), true);
}

Gtk::Widget* FailureBox::action_button(const Action& action) {
  return make_button(label(action), [this, action] { carry_out(action); });
}

void FailureBox::carry_out_remedy(const std::string& text) {
  if (!get_visible() || shown_.findings.empty()) return;
  const auto& actions = shown_.findings.front().actions;
  if (!actions.empty() && without_mnemonic(label(actions.front())) == text)
    carry_out(actions.front());
}

void FailureBox::carry_out(const Action& action) {
  auto& window = *dynamic_cast<Gtk::Window*>(get_root());
  auto title = fill(_("{}: {}"), shown_.tunnel, without_mnemonic(label(action)));
  auto ask = prompt(action);
  auto change_to = [this, failure = shown_, action](const std::string& value) {
    change(failure, action, value);
  };
  if (!ask.empty()) {
    bool is_password = action.option == "password";
    ask_for_texts(window, title, {{ask, "", is_password}}, _("_Save"),
                  [change_to](const Words& values) { change_to(values[0]); });
  } else if (auto doubt = question(action); !doubt.empty()) {
    ask_to_agree(window, title, doubt, _("_Go on"), [change_to] { change_to(""); });
  } else {
    change_to("");
  }
}

void FailureBox::change(const Failure& failure, const Action& action, const std::string& value) {
  auto answer = [this, failure](const Refusal* refusal) {
    if (failure != shown_) {
      if (refusal) actions_.tell_refusal(failure.tunnel, *refusal);
      return;
    }
    note_->set_text(refusal ? refusal->sentence : std::string(_("Done. You can try again now.")));
    note_->set_visible(true);
  };
  if (action.kind == Action::Kind::load_modules) return actions_.load_modules(answer);
  Change change{remedy_words(action, failure.tunnel, value), "", "", false};
  if (action.option == "password") change.password = value;
  actions_.write(change, answer);
}

}  // namespace callgate::gui
