// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/view/main_window.hh"

#include <gdkmm/clipboard.h>
#include <giomm/file.h>
#include <giomm/menu.h>
#include <gtkmm/cssprovider.h>
#include <gtkmm/droptarget.h>
#include <gtkmm/menubutton.h>
#include <gtkmm/popover.h>
#include <gtkmm/scrolledwindow.h>
#include <gtkmm/stylecontext.h>

#include "gui/model/translate.hh"
#include "gui/view/style.hh"
#include "gui/view/widgets.hh"

namespace callgate::gui {

MainWindow::MainWindow(Actions& actions)
    : actions_(actions),
      problem_(actions),
      status_(actions, pages_),
      settings_(actions, pages_),
      log_(actions, pages_),
      create_(actions),
      import_(actions),
      row_menu_(sidebar_, list_, [this] {
        const auto* tunnel = find(tunnels_, list_.selected());
        return tunnel ? tunnel->state : TunnelState::off;
      }) {
  set_title(_("PPTP tunnels"));
  set_default_size(900, 600);
  auto style = Gtk::CssProvider::create();
  style->load_from_data(kStyle);
  Gtk::StyleContext::add_provider_for_display(get_display(), style,
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  build();
  add_shortcuts();
  accept_files();
}

void MainWindow::build_header() {
  switcher_.set_stack(pages_);
  header_.set_title_widget(switcher_);
  header_.pack_start(
      *make_icon_button("list-add-symbolic", _("New tunnel"), [this] { open_create(); }));
  auto* import = make_button(_("I_mport"), [this] { open_import(""); });
  header_.pack_start(*import);
  auto menu = Gio::Menu::create();
  menu->append(_("_Rename"), "win.rename");
  menu->append(_("D_elete"), "win.delete");
  menu->append(_("Report for a _helper"), "win.report");
  menu->append(_("Manual _page"), "win.help");
  auto* button = Gtk::make_managed<Gtk::MenuButton>();
  button->set_icon_name("open-menu-symbolic");
  button->set_menu_model(menu);
  button->set_tooltip_text(_("Menu"));
  set_accessible_name(*button, _("Menu"));
  header_.pack_end(*button);
  set_titlebar(header_);
}

void MainWindow::build() {
  build_header();

  auto* scrolled = Gtk::make_managed<Gtk::ScrolledWindow>();
  scrolled->set_policy(Gtk::PolicyType::NEVER, Gtk::PolicyType::AUTOMATIC);
  scrolled->set_child(list_);
  scrolled->set_vexpand();
  sidebar_.set_size_request(200, -1);
  sidebar_.append(*scrolled);

  auto* empty = Gtk::make_managed<Gtk::Box>(Gtk::Orientation::VERTICAL, 2 * kGap);
  empty->append(*make_label(_("There is no tunnel yet.")));
  empty->append(*make_button(_("_New tunnel"), [this] { open_create(); }));
  for (auto align : {&Gtk::Widget::set_halign, &Gtk::Widget::set_valign})
    (empty->*align)(Gtk::Align::CENTER);
  content_.add(*empty, "empty");
  content_.add(pages_, "pages");
  paned_.set_start_child(sidebar_);
  paned_.set_end_child(content_);
  paned_.set_resize_start_child(false);
  paned_.set_shrink_start_child(false);
  paned_.set_shrink_end_child(false);
  paned_.set_position(240);
  paned_.set_vexpand();

  auto* box = Gtk::make_managed<Gtk::Box>(Gtk::Orientation::VERTICAL);
  box->append(problem_);
  box->append(offer_);
  box->append(paned_);
  box->append(warning_bar());
  set_child(*box);

  offer_.signal_answered().connect([this](const std::string& file) {
    actions_.note_import_offered();
    if (!file.empty()) open_import(file);
  });
  list_.signal_chosen().connect([this](const std::string& name) { actions_.select(name); });
  list_.signal_opened().connect([this](const std::string& name) { toggle_connection(name); });
}

Gtk::Widget& MainWindow::warning_bar() {
  auto* bar = Gtk::make_managed<Gtk::Box>(Gtk::Orientation::HORIZONTAL, kGap);
  bar->add_css_class("warning-bar");
  auto* label = make_label(
      _("PPTP protects nothing against a capable attacker: treat what passes here as public."));
  label->set_hexpand();
  auto* why = Gtk::make_managed<Gtk::MenuButton>();
  why->set_label(_("_Why?"));
  why->set_use_underline();
  why->set_has_frame(false);
  set_accessible_name(*why, _("Why?"));
  auto* popover = Gtk::make_managed<Gtk::Popover>();
  auto* text = make_label(_(
      "Whoever records a login by MS-CHAPv2 can find the password's key within a day, and with it "
      "decrypt everything. MPPE does not notice changed packets. If you have a choice, use "
      "another protocol, or protect what you send by TLS or SSH."));
  text->set_max_width_chars(50);
  popover->set_child(*text);
  why->set_popover(*popover);
  bar->append(*label);
  bar->append(*why);
  return *bar;
}

void MainWindow::toggle_connection(const std::string& name) {
  const auto* tunnel = find(tunnels_, name);
  if (!tunnel) return;
  if (tunnel->state == TunnelState::off || tunnel->state == TunnelState::failed)
    actions_.connect(name);
  else
    actions_.disconnect(name);
}

void MainWindow::add_shortcuts() {
  add_action("save", [this] { settings_.save(); });
  add_action("discard", [this] { settings_.discard(); });
  add_action("new", [this] { open_create(); });
  add_action("import", [this] { open_import(""); });
  add_action("toggle", [this] { toggle_connection(list_.selected()); });
  add_action("rename", [this] { ask_rename(); });
  add_action("duplicate", [this] { ask_duplicate(); });
  add_action("copy-command", [this] { actions_.copy_command(list_.selected()); });
  add_action("repair", [this] { ask_repair(); });
  add_action("help", [this] { actions_.show_help(); });
  add_action("delete", [this] { ask_delete(); });
  add_action("report", [this] { actions_.report(list_.selected()); });
  add_action("test", [this] {
    pages_.set_visible_child("status");
    status_.test();
  });
  add_action("find", [this] {
    pages_.set_visible_child("log");
    log_.find();
  });
  for (const char* page : {"status", "settings", "routes", "log"})
    add_action(std::string("page-") + page, [this, page] { pages_.set_visible_child(page); });
}

// A file that is dropped on the window is imported.
void MainWindow::accept_files() {
  auto drop = Gtk::DropTarget::create(G_TYPE_FILE, Gdk::DragAction::COPY);
  drop->signal_drop().connect(
      [this](const Glib::ValueBase& value, double, double) {
        auto file = Glib::wrap(G_FILE(g_value_dup_object(value.gobj())));
        if (file->get_path().empty()) return false;
        open_import(file->get_path());
        return true;
      },
      false);
  add_controller(drop);
}

void MainWindow::show_tunnels(const std::vector<Tunnel>& tunnels, const std::string& selected) {
  bool first = tunnels_.empty() && !tunnels.empty();
  tunnels_ = tunnels;
  list_.show_tunnels(tunnels, selected);
  if (auto* row = first ? list_.get_selected_row() : nullptr) row->grab_focus();
  content_.set_visible_child(tunnels.empty() ? "empty" : "pages");
  switcher_.set_visible(!tunnels.empty());
}

void MainWindow::show_status(const Tunnel& tunnel, const Progress& progress) {
  status_.show_status(tunnel, progress);
}

void MainWindow::show_problem(const std::string& sentence, bool as_root) {
  problem_.show_problem(sentence, as_root);
}

void MainWindow::clear_problem() {
  problem_.set_visible(false);
}

void MainWindow::copy(const std::string& text) {
  get_clipboard()->set_text(text);
}

void MainWindow::show_log(const std::string& tunnel, const std::deque<std::string>& log,
                          const Progress& progress) {
  log_.show_log(tunnel, log, progress);
}

void MainWindow::open_create() {
  Words taken;
  for (const auto& tunnel : tunnels_) taken.push_back(tunnel.name);
  create_.open_empty(*this, taken);
}

void MainWindow::open_import(const std::string& file) {
  import_.open_file(*this, file);
}

void MainWindow::ask_rename() {
  auto old = list_.selected();
  if (old.empty()) return;
  ask_for_texts(*this, _("Rename"), {{fill(_("New name of {}"), old), old}}, _("_Rename"),
                [this, old](const Words& values) {
                  auto change = rename_tunnel(old, values[0]);
                  if (list_.selected() != old) change.select.clear();
                  actions_.write(change, show_refusal());
                });
}

// The window never knows a password, so the user enters it for the copy.
void MainWindow::ask_duplicate() {
  auto original = list_.selected();
  if (original.empty()) return;
  Words taken;
  for (const auto& tunnel : tunnels_) taken.push_back(tunnel.name);
  ask_for_texts(*this, _("Duplicate"),
                {{fill(_("Name of the copy of {}"), original), propose_name(original, taken)},
                 {_("Password"), "", /*is_password=*/true}},
                _("D_uplicate"), [this, original](const Words& values) {
                  actions_.duplicate(original, values[0], values[1], show_refusal());
                });
}

Answer MainWindow::show_refusal() {
  return [this](const Refusal* refusal) {
    if (refusal) show_problem(refusal->sentence, false);
  };
}

void MainWindow::ask_repair() {
  auto name = list_.selected();
  if (name.empty()) return;
  ask_to_agree(
      *this, _("Repair the files"),
      fill(_("Correct the faults in the files of {} that keep pppd from a connection, such "
             "as line ends of Windows and a missing noauth? Its settings stay."),
           name),
      _("_Repair"), [this, name] { actions_.write(repair_tunnel(name), show_refusal()); });
}

void MainWindow::ask_delete() {
  auto name = list_.selected();
  if (name.empty()) return;
  ask_to_agree(*this, _("Delete"),
               fill(_("Delete the tunnel {}, with its password and its routes?"), name),
               _("_Delete"), [this, name] { actions_.write(delete_tunnel(name), show_refusal()); });
}

}  // namespace callgate::gui
