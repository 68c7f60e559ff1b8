// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/command_line.hh"

#include <giomm/init.h>
#include <glibmm/main.h>

#include <cstdio>

#include "gui/backend/setup.hh"
#include "gui/backend/units.hh"
#include "gui/model/translate.hh"

namespace callgate::gui {
namespace {

// As pptpconfig 1.12 has it.
constexpr int kStopped = 1, kFailed = 1;

class Runner {
 public:
  explicit Runner(const Arguments& arguments)
      : arguments_(arguments),
        programs_(Programs::find(arguments.root)),
        setup_(programs_),
        units_([] {}),
        loop_(Glib::MainLoop::create()) {}

  int run() {
    setup_.list(false, [this](const auto& result) { on_list(result); });
    loop_->run();
    return status_;
  }

 private:
  void on_list(const Result<std::vector<Tunnel>>& result) {
    if (!result.value) return fail(result.refusal.sentence);
    const auto* tunnel = find(*result.value, arguments_.tunnel);
    if (!tunnel) return fail(fill(_("there is no tunnel {}"), arguments_.tunnel));
    if (arguments_.what == Arguments::What::status)
      return say(tunnel->state == TunnelState::connected);
    bool start = arguments_.what == Arguments::What::start;
    if (start == (tunnel->state == TunnelState::connected) &&
        (start || tunnel->state == TunnelState::off))
      return say(start);
    if (!programs_.root.empty() || !units_.available()) return run_pptp(start);
    auto reply = [this, start](const Result<std::string>& job) { on_job(job, start); };
    start ? units_.start(tunnel->unit, reply) : units_.stop(tunnel->unit, reply);
  }

  void on_job(const Result<std::string>& job, bool start) {
    if (!job.value) return fail(job.refusal.sentence);
    if (*job.value == "done") return say(start);
    fail(fill(_("{} did not start ({}). To find out why: pptpctl diagnose --tunnel {}"),
              arguments_.tunnel, *job.value, arguments_.tunnel));
  }

  void run_pptp(bool start) {
    auto words = start ? Words{programs_.pptp, "call", arguments_.tunnel, "updetach"}
                       : programs_.reading({"--stop", arguments_.tunnel});
    process_ = std::make_unique<Process>(words, [this, words, start](const auto& output) {
      if (output.status == 0) return say(start);
      fail(refusal_of(words, output).sentence);
    });
    process_->close_input();
  }

  void say(bool running) {
    status_ = running || arguments_.what == Arguments::What::stop ? 0 : kStopped;
    if (!arguments_.quiet)
      std::puts(
          fill(running ? _("tunnel {} is running") : _("tunnel {} is stopped"), arguments_.tunnel)
              .c_str());
    loop_->quit();
  }

  void fail(const std::string& sentence) {
    std::fprintf(stderr, "pptpconfig: %s\n", sentence.c_str());
    status_ = kFailed;
    loop_->quit();
  }

  const Arguments& arguments_;
  Programs programs_;
  Setup setup_;
  Units units_;
  std::unique_ptr<Process> process_;
  Glib::RefPtr<Glib::MainLoop> loop_;
  int status_ = 0;
};

}  // namespace

int run_without_window(const Arguments& arguments) {
  Gio::init();
  return Runner(arguments).run();
}

}  // namespace callgate::gui
