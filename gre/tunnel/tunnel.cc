// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/tunnel/tunnel.hh"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include <csignal>

#include "common/system/log.hh"
#include "common/system/os_error.hh"
#include "gre/tunnel/attempt.hh"
#include "gre/tunnel/detach.hh"
#include "gre/tunnel/first_packet.hh"
#include "gre/tunnel/link_limits.hh"
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
        redial_(options),
        limits_(options) {}

  ~Tunnel() { end_child(holder_); }
  Tunnel(const Tunnel&) = delete;
  Tunnel& operator=(const Tunnel&) = delete;

  int run() {
    auto status = dial_until_over();
    close_interface();
    auto limit = Clock::now() + kScriptTime;
    while (setup_.scripts_run() && Clock::now() < limit) wait(limit);
    log::notice("Exit.");
    return static_cast<int>(status);
  }

 private:
  PppdStatus dial_until_over();
  void open_interface();
  void close_interface();
  bool wait_for_packet();
  Ending attempt();
  bool hold_off(uint32_t time);
  void wait(std::optional<Clock::time_point> limit);
  void take_signals();
  void take_signal(int number);
  void reap();
  void start_holder();
  bool holder_is_lost() const { return holder_deaths_ > kMostRestarts; }
  void start_gateway();
  void holder_died();
  void take_reports();
  void take(const LinkReport& report);
  void came_up();
  void tell_when_usable();
  void announce(const std::string& state);
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
  unsigned holder_deaths_ = 0;
  LinkSetup setup_;
  Redial redial_;
  std::optional<TunDevice> tun_;  // with demand, it outlives an attempt

  // Of this attempt.
  LinkLimits limits_;
  std::optional<Bytes> first_packet_;  // for which we dial
  bool waits_for_packet_ = false;
  std::optional<Attempt> attempt_;
  Ending ending_;
  std::optional<Clock::time_point> kill_at_;
  std::optional<Clock::time_point> usable_by_;  // link up, and nobody was told: ip-up may still run
  bool announced_ = false;                      // to systemd, that the tunnel is up
  bool hung_up_ = false;                        // SIGHUP has ended the time between two attempts
};

PppdStatus Tunnel::dial_until_over() {
  while (!holder_is_lost()) {
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
    if (holder_is_lost()) break;
    if (!hold_off(*pause)) return PppdStatus::user_request;
  }
  return PppdStatus::fatal;
}

void Tunnel::open_interface() {
  tun_ = open_tun(options_);
  if (options_.detach == TunnelOptions::Detach::at_once) leave_terminal();
  setup_.begin(*tun_);
}

void Tunnel::close_interface() {
  if (!tun_) return;
  tun_.reset();
  setup_.end();
}

// Returns false if we are to end. With demand, systemd need not wait for a packet that may not
// come.
bool Tunnel::wait_for_packet() {
  announce(fmt::format("{} dials when there is a packet", tun_->name));
  waits_for_packet_ = true;
  while (!first_packet_ && ending_.request != Request::end && holder_.pid > 0) wait(std::nullopt);
  waits_for_packet_ = false;
  if (first_packet_) log::notice("Starting link");
  return first_packet_.has_value();
}

Ending Tunnel::attempt() {
  if (!tun_) open_interface();
  ending_ = {};
  kill_at_ = usable_by_ = {};
  start_holder();
  if (options_.demand && !wait_for_packet()) return ending_;
  setup_.dial();
  if (holder_.pid > 0) start_gateway();
  if (!options_.demand) tun_->fd.reset();  // then the interface goes with the gateway
  while (attempt_) {
    wait(next_deadline());
    enforce_times();
  }
  limits_.stop();
  ending_.was_up = setup_.was_up();
  setup_.hang_up();
  if (!options_.demand) close_interface();
  return ending_;
}

// If there are too many processes at present, this attempt has failed, and another one may not.
void Tunnel::start_holder() try {
  if (holder_.pid <= 0) holder_ = start_secret_holder(options_);
} catch (const OsError& trouble) {
  log::error("{}", trouble.what());
}

void Tunnel::start_gateway() try {
  attempt_.emplace(tun_->fd.get(), holder_.socket.get(), log_.get(), dial_);
  if (first_packet_) attempt_->pass(*std::exchange(first_packet_, std::nullopt));
} catch (const OsError& trouble) {
  log::error("{}", trouble.what());
}

// What waits in the interface after a failure is old by then.
bool Tunnel::hold_off(uint32_t time) {
  hung_up_ = false;
  log::notice("The next attempt begins in {} s", time);
  auto limit = Clock::now() + seconds(time);
  while (Clock::now() < limit && !hung_up_ && ending_.request != Request::end && !holder_is_lost())
    wait(limit);
  if (tun_ && time > 0) drop_packets(tun_->fd.get());
  return ending_.request != Request::end;
}

void Tunnel::wait(std::optional<Clock::time_point> limit) {
  bool reports = attempt_ && !attempt_->at_end();
  pollfd events[] = {{signals_.get(), POLLIN, 0},
                     {reports ? attempt_->fd() : -1, POLLIN, 0},
                     {waits_for_packet_ ? tun_->fd.get() : -1, POLLIN, 0}};
  int timeout = -1;
  if (limit) {
    auto left = std::chrono::ceil<std::chrono::milliseconds>(*limit - Clock::now()).count();
    timeout = static_cast<int>(std::clamp<int64_t>(left, 0, 3'600'000));
  }
  if (poll(events, std::size(events), timeout) < 0) return;
  if (events[1].revents) take_reports();
  if (events[0].revents) take_signals();
  if (events[2].revents) first_packet_ = read_first_packet(tun_->fd.get());
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
      holder_died();
    } else if (attempt_ && pid == attempt_->pid()) {
      take_reports();
      if (WIFSIGNALED(status) && ending_.request == Request::none)
        log::error("the gateway has died by signal {}", WTERMSIG(status));
      attempt_.reset();
    }
  }
}

void Tunnel::holder_died() {
  holder_ = {};
  ++holder_deaths_;
  if (holder_is_lost())
    return log::error(
        "the secret holder has died too often: no further attempt can be authenticated");
  log::warning("the secret holder has died: starting another one, for the next attempt");
  start_holder();
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
  if (setup_.is_up() && !limits_.running()) came_up();
}

void Tunnel::came_up() {
  limits_.start(tun_->name, Clock::now());
  usable_by_ = Clock::now() + seconds(options_.script_wait);
}

// Whoever waits for the tunnel wants to use it, and ip-up sets its routes and name servers.
void Tunnel::tell_when_usable() {
  if (!usable_by_ || (setup_.ip_scripts_run() && Clock::now() < *usable_by_)) return;
  if (setup_.ip_scripts_run())
    log::warning("ip-up still runs after {} s: {} counts as up without it", options_.script_wait,
                 tun_->name);
  usable_by_.reset();
  announce(fmt::format("{} to {} is up", tun_->name, options_.server_name));
  leave_terminal();
}

void Tunnel::announce(const std::string& state) {
  if (options_.notify_systemd && !std::exchange(announced_, true))
    notify_service_manager(fmt::format("READY=1\nSTATUS={}", state));
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
  auto limit = limits_.next_deadline(Clock::now());
  for (auto other : {kill_at_, usable_by_})
    if (other && (!limit || *other < *limit)) limit = other;
  return limit;
}

void Tunnel::enforce_times() {
  auto now = Clock::now();
  if (!attempt_) return;
  if (kill_at_ && now >= *kill_at_) {
    log::warning("the gateway does not end: it is killed");
    attempt_->signal(SIGKILL);
    kill_at_ = now + kHangUpTime;
  }
  if (kill_at_) return;
  tell_when_usable();
  if (auto request = limits_.reached(now); request != Request::none) ask(request);
}

UniqueFd copy_of(int fd) {
  constexpr int kAboveStandard = 10;  // and above the descriptors of a gateway
  return UniqueFd(fcntl(fd, F_DUPFD_CLOEXEC, kAboveStandard));
}

// Where pppd copies its log to, besides standard output: logfd or logfile.
UniqueFd open_log(const TunnelOptions& options) {
  if (options.logfd >= 0) return copy_of(options.logfd);
  if (options.logfile.empty()) return {};
  UniqueFd file(
      open(options.logfile.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0644));
  if (!file) throw OsError(errno, fmt::format("open the log file {}", options.logfile));
  return copy_of(file.get());
}

}  // namespace

int run_tunnel(const TunnelOptions& options, const std::function<void()>& dial) try {
  auto copy = open_log(options);  // logfd may be a stream of the caller
  Background background(options.detach);
  if (auto status = background.wait()) return *status;
  prctl(PR_SET_DUMPABLE, 0);
  if (!copy) copy = copy_of(STDOUT_FILENO);  // until the tunnel leaves the terminal
  if (copy) log::copy_to(copy.get());
  return Tunnel(options, dial, background, std::move(copy)).run();
} catch (const std::exception& failure) {
  log::error("{}", failure.what());
  return static_cast<int>(PppdStatus::fatal);
}

}  // namespace callgate
