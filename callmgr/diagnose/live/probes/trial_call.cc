// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/live/probes/trial_call.hh"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <csignal>

#include "callmgr/diagnose/live/child.hh"
#include "callmgr/diagnose/live/probes/lcp_speaker.hh"
#include "common/channel/call_report.hh"
#include "common/channel/channel_message.hh"
#include "common/system/os_error.hh"

namespace callgate::diagnose::live {
namespace {

constexpr Duration kEvery{1'000};  // the time between two requests
constexpr unsigned kSizeRounds =
    3;  // packets of all sizes are sent this often, because some get lost
constexpr Duration kProposalWithin{1'500};
constexpr Duration kHangUp{1'500};  // that pptp has to end by itself, and then after a signal
constexpr const char* kConnectTime = "2";  // s; pptp waits this long for each answer of the server

void become_pptp(int slave, int reports_to, const std::string& server) {
  setsid();
  int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
  for (int fd : {STDIN_FILENO, STDOUT_FILENO}) dup2(slave, fd);
  dup2(null, STDERR_FILENO);
  fcntl(reports_to, F_SETFD, 0);
  execl(CALLGATE_PPTP, "pptp", server.c_str(), "--nolaunchpppd", "--nohostroute",
        "--connect-timeout", kConnectTime, "--logstring", kLogName, "--evidence-fd",
        std::to_string(reports_to).c_str(), static_cast<char*>(nullptr));
  _exit(127);
}

class TestCall {
 public:
  TestCall(const std::string& server, TimePoint deadline)
      : deadline_(deadline), start_(Clock::now()) {
    int master = -1, slave = -1, ends[2];
    termios raw{};
    cfmakeraw(&raw);
    check(openpty(&master, &slave, nullptr, &raw, nullptr), "open a pty");
    pty_.reset(master);
    UniqueFd pptp_side(slave);
    for (int fd : {master, slave}) fcntl(fd, F_SETFD, FD_CLOEXEC);
    fcntl(master, F_SETFL, O_NONBLOCK);
    check(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), "create a socket pair");
    reports_.reset(ends[0]);
    UniqueFd reports_to(ends[1]);
    pid_ = check(fork(), "start pptp");
    if (pid_ == 0) become_pptp(slave, reports_to.get(), server);
  }
  ~TestCall() { reap(TimePoint::min()); }

  CallFacts run() {
    while (!over()) turn();
    hang_up();
    facts_.sent = speaker_.sent();
    facts_.frames = speaker_.frames();
    facts_.answers = speaker_.answers();
    facts_.authentications = speaker_.authentications();
    facts_.largest = speaker_.largest();
    return std::move(facts_);
  }

 private:
  bool over() const {
    bool answered = speaker_.authentications().then || Clock::now() >= answer_until_;
    bool known = (sizes_known() && answered) || (kept_in_ && speaker_.sent() > 1);
    return known || !pty_open_ || Clock::now() >= deadline_;
  }

  bool sizes_known() const {
    bool waited = size_rounds_ == kSizeRounds && Clock::now() >= next_;
    return speaker_.largest() == kTriedSizes.back() || waited;
  }

  void turn() {
    if (Clock::now() >= next_) ask();
    pollfd waiting[] = {{pty_.get(), POLLIN, 0}, {reports_.get(), POLLIN, 0}};
    poll(waiting, 2, milliseconds_until(std::min(next_, deadline_)));
    if (waiting[0].revents) hear();
    if (waiting[1].revents) take_report();
  }

  // First asks for an answer, and then how large packets may be.
  void ask() {
    next_ = Clock::now() + kEvery;
    if (speaker_.answers() == 0) return say(speaker_.next_request());
    // In most cases the largest comes back. It goes alone, so that no answer is on its way when we
    // hang up.
    say(speaker_.packets_of_sizes(size_rounds_++ == 0 ? 1 : kTriedSizes.size()));
  }

  // If the call is not up yet, the bytes wait in the pty.
  void say(ByteSpan bytes) {
    if (write(pty_.get(), bytes.data(), bytes.size()) < 0 && errno != EAGAIN) pty_open_ = false;
  }

  void hear() {
    std::array<uint8_t, 8192> buffer;
    ssize_t size = read(pty_.get(), buffer.data(), buffer.size());
    if (size < 0 && errno == EAGAIN) return;
    if (size <= 0) {
      pty_open_ = false;  // pptp has ended
      return;
    }
    bool first = speaker_.frames() == 0;
    bool answered = speaker_.answers() > 0;
    speaker_.received(ByteSpan(buffer).first(static_cast<size_t>(size)));
    if (auto proposal = speaker_.take_proposal(); !proposal.empty()) {
      say(proposal);
      answer_until_ = Clock::now() + kProposalWithin;
    }
    if (!answered && speaker_.answers() > 0) ask();
    if (first && speaker_.frames() > 0) facts_.heard_after = since_start();
  }

  // Returns false if no more reports come.
  bool take_report() {
    std::array<uint8_t, kMaxChannelMessage> buffer;
    ssize_t size = recv(reports_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (size <= 0) return false;
    auto report = parse_call_report(ByteSpan(buffer).first(static_cast<size_t>(size)));
    if (!report) return false;
    int error = static_cast<int>(report->reason.os_error);
    if (report->kind == CallReport::Kind::ended)
      facts_.end = std::move(report->reason);
    else
      facts_.gre_errors.push_back(error);
    kept_in_ = kept_in_ || (report->kind == CallReport::Kind::gre_error && error == EPERM);
    return true;
  }

  void hang_up() {
    facts_.lasted = since_start();
    facts_.gone = !pty_open_;
    if (pty_open_) say(speaker_.goodbye());
    pty_.reset();
    // Waits for its last report. A manager that pptp has started does not hold the socket open.
    auto patience = Clock::now() + kHangUp;
    pollfd waiting{reports_.get(), POLLIN, 0};
    while (poll(&waiting, 1, milliseconds_until(patience)) > 0 && take_report()) {
    }
    reap(patience);
  }

  // Waits until then, asks pptp to end, waits again, and kills it.
  void reap(TimePoint patience) {
    for (int number : {SIGTERM, SIGKILL}) {
      if (pid_ == 0 || ended_by(patience)) return;
      kill(pid_, number);
      patience = Clock::now() + kHangUp;
    }
    ended_by(patience);
  }

  bool ended_by(TimePoint patience) {
    while (true) {
      if (waitpid(pid_, nullptr, WNOHANG) == pid_) {
        pid_ = 0;
        return true;
      }
      if (Clock::now() >= patience) return false;
      poll(nullptr, 0, 10);
    }
  }

  Duration since_start() const {
    return std::chrono::duration_cast<Duration>(Clock::now() - start_);
  }

  TimePoint deadline_, start_, next_{};
  TimePoint answer_until_{};  // how long to wait for the answer to a proposal
  pid_t pid_ = 0;
  UniqueFd pty_, reports_;
  bool pty_open_ = true;
  unsigned size_rounds_ = 0;
  bool kept_in_ = false;  // this host's own filter drops GRE, so that waiting is useless
  LcpSpeaker speaker_{0xCA116A7E};
  CallFacts facts_;
};

}  // namespace

CallFacts make_test_call(const std::string& server, TimePoint deadline) {
  return TestCall(server, deadline).run();
}

}  // namespace callgate::diagnose::live
