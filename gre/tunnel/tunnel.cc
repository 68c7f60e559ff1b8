// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/tunnel/tunnel.hh"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include <csignal>
#include <cstring>
#include <fstream>

#include "common/system/log.hh"
#include "common/system/os_error.hh"
#include "gre/tunnel/attempt.hh"
#include "gre/tunnel/detach.hh"
#include "gre/tunnel/ending.hh"
#include "gre/tunnel/link_setup.hh"
#include "gre/tunnel/secret_holder.hh"

namespace callgate {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::seconds;

constexpr seconds kScriptTime{5};   // pppd's child-timeout
constexpr seconds kHangUpTime{10};  // for a gateway, besides its two Terminate-Requests

UniqueFd signals_of_a_tunnel() {
  sigset_t signals;
  sigemptyset(&signals);
  for (int number : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2, SIGCHLD})
    sigaddset(&signals, number);
  check(sigprocmask(SIG_SETMASK, &signals, nullptr), "block signals");
  signal(SIGPIPE, SIG_IGN);
  return UniqueFd(
      check(signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK), "open a signal descriptor"));
}

// Packets that the interface has carried; 0 if it is gone.
uint64_t packets(const std::string& interface) {
  uint64_t sum = 0;
  for (const char* direction : {"rx_packets", "tx_packets"}) {
    uint64_t count = 0;
    std::ifstream(fmt::format("/sys/class/net/{}/statistics/{}", interface, direction)) >> count;
    sum += count;
  }
  return sum;
}

class Tunnel {
 public:
  Tunnel(const TunnelOptions& options, const std::function<void()>& dial, Background& background,
         UniqueFd log)
      : options_(options),
        dial_(dial),
        background_(background),
        log_(std::move(log)),
        signals_(signals_of_a_tunnel()),
        holder_(start_secret_holder(options)),
        setup_(options),
        redial_(options) {}

  ~Tunnel() { end_child(holder_); }
  Tunnel(const Tunnel&) = delete;
  Tunnel& operator=(const Tunnel&) = delete;

  int run() {
    auto status = dial_until_over();
    auto limit = Clock::now() + kScriptTime;
    while (setup_.scripts_run() && Clock::now() < limit) wait(limit);
    log::notice("Exit.");
    return static_cast<int>(status);
  }

 private:
  PppdStatus dial_until_over();
  Ending attempt();
  bool hold_off(uint32_t time);
  void wait(std::optional<Clock::time_point> limit);
  void take_signals();
  void take_signal(int number);
  void reap();
  void replace_holder();
  void take_reports();
  void take(const LinkReport& report);
  void came_up();
  void leave_terminal();
  void ask(Request request);
  void enforce_times();
  std::optional<Clock::time_point> next_deadline() const;

  const TunnelOptions& options_;
  const std::function<void()>& dial_;
  Background& background_;
  UniqueFd log_;
  UniqueFd signals_;
  ChildProcess holder_;
  unsigned holder_restarts_ = 0;
  LinkSetup setup_;
  Redial redial_;

  // Of this attempt.
  std::string interface_;
  std::optional<Attempt> attempt_;
  Ending ending_;
  std::optional<Clock::time_point> kill_at_, over_at_;
  Clock::time_point last_traffic_;
  uint64_t packets_ = 0;
  bool announced_ = false;  // that the tunnel is up, for the first time
  bool hung_up_ = false;    // SIGHUP has ended the time between two attempts
};

PppdStatus Tunnel::dial_until_over() {
  while (holder_.pid > 0) {
    try {
      ending_ = attempt();
    } catch (const NoTunDevice& trouble) {
      log::error("{}", trouble.what());
      return PppdStatus::no_kernel_support;
    }
    auto status = status_of(ending_);
    auto pause = redial_.after(ending_);
    if (!pause) {
      if (options_.persist && status == PppdStatus::not_authenticated)
        log::notice("not dialled again: the server would refuse name and password again");
      else if (options_.persist && ending_.request != Request::end)
        log::notice("not dialled again: {} attempts in a row have failed (maxfail)",
                    redial_.failures());
      return status;
    }
    if (!hold_off(*pause)) return PppdStatus::user_request;
  }
  return PppdStatus::fatal;
}

Ending Tunnel::attempt() {
  auto tun = open_tun(options_);
  interface_ = tun.name;
  ending_ = {};
  kill_at_ = over_at_ = {};
  if (options_.detach == TunnelOptions::Detach::at_once) leave_terminal();
  setup_.begin(interface_);
  attempt_.emplace(tun.fd.get(), holder_.socket.get(), log_.get(), dial_);
  tun.fd.reset();  // the gateway has the only copy: the interface goes with it
  while (attempt_) {
    wait(next_deadline());
    enforce_times();
  }
  ending_.was_up = setup_.was_up();
  setup_.end();
  return ending_;
}

bool Tunnel::hold_off(uint32_t time) {
  hung_up_ = false;
  log::notice("The next attempt begins in {} s", time);
  auto limit = Clock::now() + seconds(time);
  while (Clock::now() < limit && !hung_up_ && ending_.request != Request::end) wait(limit);
  return ending_.request != Request::end;
}

void Tunnel::wait(std::optional<Clock::time_point> limit) {
  bool reports = attempt_ && !attempt_->at_end();
  pollfd events[] = {{signals_.get(), POLLIN, 0}, {reports ? attempt_->fd() : -1, POLLIN, 0}};
  int timeout = -1;
  if (limit) {
    auto left = std::chrono::ceil<std::chrono::milliseconds>(*limit - Clock::now()).count();
    timeout = static_cast<int>(std::clamp<int64_t>(left, 0, 3'600'000));
  }
  if (poll(events, 2, timeout) < 0) return;
  if (events[1].revents) take_reports();
  if (events[0].revents) take_signals();
}

void Tunnel::take_signals() {
  signalfd_siginfo info;
  while (read(signals_.get(), &info, sizeof info) == sizeof info)
    take_signal(static_cast<int>(info.ssi_signo));
}

void Tunnel::take_signal(int number) {
  switch (number) {
    case SIGTERM:
    case SIGINT:
      log::notice("Terminating on signal {}", number);
      ask(Request::end);
      break;
    case SIGHUP:
      log::notice("Hangup (SIGHUP)");
      hung_up_ = true;
      if (attempt_) ask(Request::hang_up);
      break;
    case SIGUSR1:
      if (attempt_) attempt_->signal(SIGUSR1);
      break;
    case SIGCHLD: reap(); break;
    default: break;
  }
}

void Tunnel::ask(Request request) {
  if (ending_.request != Request::end) ending_.request = request;
  if (!attempt_ || kill_at_) return;
  attempt_->signal(SIGTERM);
  kill_at_ = Clock::now() + kHangUpTime + seconds(2 * options_.link.restart);
}

void Tunnel::reap() {
  int status = 0;
  for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
    if (setup_.reaped(pid, status)) continue;
    if (pid == holder_.pid) {
      replace_holder();
    } else if (attempt_ && pid == attempt_->pid()) {
      take_reports();
      if (WIFSIGNALED(status) && ending_.request == Request::none)
        log::error("the gateway has died by signal {}", WTERMSIG(status));
      attempt_.reset();
    }
  }
}

void Tunnel::replace_holder() {
  if (holder_restarts_++ == kMostRestarts) {
    log::error("the secret holder has died too often: no further attempt can be authenticated");
    holder_ = {};
    return;
  }
  log::warning("the secret holder has died: starting another one, for the next attempt");
  holder_ = start_secret_holder(options_);
}

void Tunnel::take_reports() {
  while (auto report = attempt_->next()) take(*report);
}

void Tunnel::take(const LinkReport& report) {
  ending_.had_call = true;
  if (report.kind == LinkReport::Kind::ended) ending_.end = report.end;
  if (auto wrong = setup_.apply(report)) {
    log::error("the link cannot be used: {}", *wrong);
    ask(Request::bad_report);
  }
  if (setup_.is_up() && !over_at_) came_up();
}

void Tunnel::came_up() {
  last_traffic_ = Clock::now();
  packets_ = packets(interface_);
  over_at_ =
      options_.maxconnect ? last_traffic_ + seconds(options_.maxconnect) : Clock::time_point::max();
  if (std::exchange(announced_, true)) return;
  if (options_.notify_systemd)
    notify_service_manager(
        fmt::format("READY=1\nSTATUS={} to {} is up", interface_, options_.server_name));
  leave_terminal();
}

void Tunnel::leave_terminal() {
  if (!background_.is_pending()) return;
  if (options_.logfd < 0 && options_.logfile.empty()) {
    log::copy_to(-1);
    log_.reset();
  }
  background_.enter();
}

std::optional<Clock::time_point> Tunnel::next_deadline() const {
  auto first = Clock::time_point::max();
  if (kill_at_) first = *kill_at_;
  if (over_at_) first = std::min(first, *over_at_);
  if (over_at_ && options_.idle) first = std::min(first, Clock::now() + seconds(1));
  if (first == Clock::time_point::max()) return std::nullopt;
  return first;
}

void Tunnel::enforce_times() {
  auto now = Clock::now();
  if (!attempt_) return;
  if (kill_at_ && now >= *kill_at_) {
    log::warning("the gateway does not end: it is killed");
    attempt_->signal(SIGKILL);
    kill_at_ = now + kHangUpTime;
  }
  if (!over_at_ || kill_at_) return;
  if (now >= *over_at_) {
    log::notice("Connect time expired");
    ask(Request::time_over);
  }
  if (!options_.idle) return;
  if (auto count = packets(interface_); count != packets_) {
    packets_ = count;
    last_traffic_ = now;
  }
  if (now - last_traffic_ >= seconds(options_.idle)) {
    log::notice("Terminating connection due to lack of activity.");
    ask(Request::idle);
  }
}

// Where pppd copies its log to: logfd, logfile, or standard output until it leaves the terminal.
UniqueFd open_copy(const TunnelOptions& options) {
  constexpr int kAboveStandard = 10;  // and above the descriptors of a gateway
  int copy = -1;
  if (options.logfd >= 0) {
    copy = fcntl(options.logfd, F_DUPFD_CLOEXEC, kAboveStandard);
  } else if (!options.logfile.empty()) {
    UniqueFd file(
        open(options.logfile.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0644));
    if (!file) throw OsError(errno, fmt::format("open the log file {}", options.logfile));
    copy = fcntl(file.get(), F_DUPFD_CLOEXEC, kAboveStandard);
  } else {
    copy = STDOUT_FILENO;  // /dev/null later
    return UniqueFd(fcntl(copy, F_DUPFD_CLOEXEC, kAboveStandard));
  }
  return UniqueFd(copy);
}

}  // namespace

int run_tunnel(const TunnelOptions& options, const std::function<void()>& dial) try {
  Background background(options.detach);
  if (auto status = background.wait()) return *status;
  prctl(PR_SET_DUMPABLE, 0);
  auto copy = open_copy(options);
  if (copy) log::copy_to(copy.get());
  return Tunnel(options, dial, background, std::move(copy)).run();
} catch (const std::exception& failure) {
  log::error("{}", failure.what());
  return static_cast<int>(PppdStatus::fatal);
}

}  // namespace callgate
