// SPDX-License-Identifier: GPL-2.0-or-later
// pptpconfig: a window for PPTP tunnels.
#include <gtk/gtk.h>
#include <gtkmm/application.h>
#include <libintl.h>
#include <unistd.h>

#include <clocale>
#include <csignal>
#include <cstdio>
#include <map>
#include <memory>

#include "config.hh"
#include "gui/command_line.hh"
#include "gui/model/translate.hh"
#include "gui/session.hh"

using namespace callgate::gui;

namespace {

constexpr auto kApplicationId = "org.callgate.pptpconfig";
constexpr int kFailed = 1, kUsage = 2;

int complain(int status, const std::string& sentence) {
  std::fprintf(stderr, "pptpconfig: %s\n", sentence.c_str());
  return status;
}

class Application : public Gtk::Application {
 public:
  explicit Application(const Arguments& arguments)
      : Gtk::Application(kApplicationId,
                         Gio::Application::Flags::HANDLES_COMMAND_LINE |
                             (arguments.root.empty() ? Gio::Application::Flags{}
                                                     : Gio::Application::Flags::NON_UNIQUE)),
        arguments_(arguments) {}

 protected:
  void on_startup() override {
    Gtk::Application::on_startup();
    const std::pair<const char*, const char*> kKeys[] = {
        {"win.new", "<Control>n"},     {"win.import", "<Control>o"},
        {"win.save", "<Control>s"},    {"win.page-log", "<Control>l"},
        {"win.find", "<Control>f"},    {"win.help", "F1"},
        {"win.rename", "F2"},          {"win.test", "F5"},
        {"win.page-status", "<Alt>1"}, {"win.page-settings", "<Alt>2"},
        {"win.page-routes", "<Alt>3"}, {"win.page-log", "<Alt>4"}};
    std::map<std::string, std::vector<Glib::ustring>> accels;
    for (const auto& [action, key] : kKeys) accels[action].push_back(key);
    for (const auto& [action, keys] : accels) set_accels_for_action(action, keys);
  }

  // A second start gives its words to the first one.
  int on_command_line(const Glib::RefPtr<Gio::ApplicationCommandLine>& line) override {
    int count = 0;
    char** words = line->get_arguments(count);
    auto arguments = parse_arguments({words + 1, words + count});
    g_strfreev(words);
    if (!session_) {
      session_ = std::make_unique<Session>(Programs::find(arguments_.root));
      add_window(session_->window());
      session_->add_actions(*this);
    }
    if (!arguments.tunnel.empty()) session_->select(arguments.tunnel);
    session_->window().present();
    if (arguments.create) session_->window().open_create();
    if (!arguments.import.empty()) session_->window().open_import(arguments.import);
    return 0;
  }

 private:
  Arguments arguments_;
  std::unique_ptr<Session> session_;
};

int run_window(const Arguments& arguments, int argc, char** argv) {
  if (geteuid() == 0 && !arguments.as_root)
    return complain(kFailed,
                    _("the window does not need root's rights: start it as the user who is "
                      "logged in, or with --as-root"));
  if (!gtk_init_check())
    return complain(kFailed, _("there is no display; in a terminal, pptp-command does the same"));
  return std::make_shared<Application>(arguments)->run(argc, argv);
}

}  // namespace

int main(int argc, char** argv) {
  std::setlocale(LC_ALL, "");
  bindtextdomain(kTextDomain, CALLGATE_LOCALE_DIR);
  bind_textdomain_codeset(kTextDomain, "UTF-8");
  std::signal(SIGPIPE, SIG_IGN);  // a program that ends is told by its exit
  auto arguments = parse_arguments({argv + 1, argv + argc});
  switch (arguments.what) {
    case Arguments::What::help: std::fputs(usage().c_str(), stdout); return 0;
    case Arguments::What::version: std::puts("pptpconfig version " CALLGATE_VERSION); return 0;
    case Arguments::What::wrong:
      return complain(kUsage, fill(_("{}; see pptpconfig --help"), arguments.mistake));
    case Arguments::What::window: return run_window(arguments, argc, argv);
    default: return run_without_window(arguments);
  }
}
