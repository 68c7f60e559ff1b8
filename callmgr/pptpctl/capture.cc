// SPDX-License-Identifier: GPL-2.0-or-later
// pptpctl capture: one call's control messages and GRE packets, as a pcap file.
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>

#include "callmgr/pptpctl/commands.hh"
#include "callmgr/pptpctl/pcap/capture_order.hh"
#include "callmgr/pptpctl/pcap/pcap.hh"
#include "callmgr/pptpctl/pcap/pcap_output.hh"
#include "common/channel/manager_conversation.hh"
#include "common/system/unique_fd.hh"

namespace callgate {
namespace {

constexpr Duration kEndWithin{2'000};  // the last word of gateway and manager
constexpr int kMostAtOnce = 64;        // records, until signals are looked at
constexpr int kSocketRoom = 1 << 20;   // bytes, as far as net.core.wmem_max allows

constexpr const char* kWarning =
    "pptpctl: the file contains all packets of the call, in clear text if MPPE is not in use, and "
    "the CHAP"
    " answer, from which the password can be found. Do not give it to others\n";

struct CaptureLimits {
  std::optional<uint64_t> seconds, packets;
};

UniqueFd catch_signals() {
  signal(SIGPIPE, SIG_IGN);
  sigset_t set;
  sigemptyset(&set);
  for (int number : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set, number);
  check(sigprocmask(SIG_BLOCK, &set, nullptr), "block signals");
  return UniqueFd(check(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK), "wait for signals"));
}

// Returns the end that is read here. `theirs` is the one that gateway and manager write to.
UniqueFd make_socket(UniqueFd& theirs) {
  int ends[2];
  check(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends),
        "make a socket for the capture");
  theirs.reset(ends[1]);
  setsockopt(theirs.get(), SOL_SOCKET, SO_SNDBUF, &kSocketRoom, sizeof kSocketRoom);
  return UniqueFd(ends[0]);
}

CaptureStarted begin(ManagerConversation& manager, uint16_t call, UniqueFd socket) {
  manager.send(CaptureRequest{.call_id = CallId{call}}, socket.get());
  auto answer = manager.next();
  if (auto* started = std::get_if<CaptureStarted>(&answer)) return *started;
  auto* refused = std::get_if<CallEnded>(&answer);
  if (!refused) throw OsError(EPROTO, "understand the call manager");
  throw Refused{fmt::format("capture call {}: {}", call, line(refused->reason))};
}

class Capture {
 public:
  Capture(uint16_t call, const std::string& file, const CaptureLimits& limits)
      : signals_(catch_signals()),
        output_(file),
        records_(make_socket(theirs_)),
        started_(begin(manager_, call, std::move(theirs_))),
        pcap_(started_.local, started_.server, started_.local_port),
        limits_(limits) {}

  int run();

 private:
  enum class End : uint8_t { none, call_over, stopped, manager_gone, reader_gone };

  void wait();
  void receive();
  void hear_manager();
  void check_limits(TimePoint now);
  void stop();
  void store(bool all);
  void flush();
  int say_end() const;

  ManagerConversation manager_;
  UniqueFd signals_;
  PcapOutput output_;  // before anybody is asked: it may be refused
  UniqueFd theirs_;
  Channel records_;
  bool complete_ = false;  // nobody has the other end of records_ any more
  CaptureStarted started_;
  Pcap pcap_;
  CaptureLimits limits_;
  CaptureOrder order_;
  Bytes unwritten_ = Pcap::file_header();
  uint64_t stored_ = 0, dropped_ = 0;
  TimePoint began_ = Clock::now();
  std::optional<TimePoint> stopping_;  // since
  End end_ = End::none;
  Reason reason_;
};

int Capture::run() {
  fmt::print(stderr, kWarning);
  flush();
  manager_.make_nonblocking();
  while (end_ == End::none) {
    wait();
    signalfd_siginfo caught;
    if (read(signals_.get(), &caught, sizeof caught) > 0) stop();
    hear_manager();
    receive();  // after the manager: if that was its last word, all is there now
    auto now = Clock::now();
    store(end_ != End::none);
    check_limits(now);
  }
  return say_end();
}

// Packets wait for their order: they are looked at ten times a second.
void Capture::wait() {
  pollfd fds[] = {{manager_.fd(), POLLIN, 0},
                  {signals_.get(), POLLIN, 0},
                  {complete_ ? -1 : records_.fd(), POLLIN, 0}};
  if (poll(fds, 3, 100) < 0 && errno != EINTR) throw OsError(errno, "wait for packets");
}

void Capture::receive() {
  for (int i = 0; !complete_ && (i < kMostAtOnce || end_ != End::none); i++) {
    auto received = records_.receive();
    if (std::holds_alternative<Channel::Nothing>(received)) return;
    complete_ = std::holds_alternative<Channel::Closed>(received);
    auto* message = std::get_if<ChannelMessage>(&received);
    auto* captured = message ? std::get_if<Captured>(message) : nullptr;
    if (!captured) continue;
    dropped_ += captured->dropped;
    for (const auto& packet : captured->packets) order_.push(packet);
  }
}

void Capture::hear_manager() {
  auto received = manager_.receive();
  if (std::holds_alternative<Channel::Nothing>(received)) return;
  auto* message = std::get_if<ChannelMessage>(&received);
  auto* ended = message ? std::get_if<CaptureEnded>(message) : nullptr;
  if (!message) end_ = End::manager_gone;
  if (!ended) return;
  dropped_ += ended->dropped;
  reason_ = ended->reason;
  end_ = ended->call_over ? End::call_over : End::stopped;
}

void Capture::check_limits(TimePoint now) {
  if (limits_.seconds && now - began_ >= std::chrono::seconds(*limits_.seconds)) stop();
  if (limits_.packets && stored_ >= *limits_.packets) stop();
  if (stopping_ && now - *stopping_ > kEndWithin && end_ == End::none) end_ = End::stopped;
}

void Capture::stop() {
  if (stopping_ || end_ != End::none) return;
  stopping_ = Clock::now();
  manager_.send(CaptureStop{});
}

void Capture::store(bool all) {
  auto now = all ? UINT64_MAX : nanoseconds_since_1970();
  while (!limits_.packets || stored_ < *limits_.packets) {
    auto packet = order_.take(now);
    if (!packet) break;
    Bytes bytes = pcap_.packet(*packet);
    unwritten_.insert(unwritten_.end(), bytes.begin(), bytes.end());
    stored_++;
  }
  flush();
}

void Capture::flush() {
  if (!output_.write(unwritten_, signals_.get())) end_ = End::reader_gone;
  unwritten_.clear();
}

int Capture::say_end() const {
  fmt::print(stderr, "pptpctl: {} packet{} captured, {} dropped{}\n", stored_,
             stored_ == 1 ? "" : "s", dropped_,
             dropped_ == 0 ? "" : ": they came faster than they could be taken");
  if (end_ == End::call_over)
    fmt::print(stderr, "pptpctl: the call has ended: {}\n", line(reason_));
  if (end_ == End::manager_gone)
    fmt::print(stderr, "pptpctl: the call manager has gone in the middle of it\n");
  return end_ == End::manager_gone ? kFailed : 0;
}

}  // namespace

int capture_command(const Arguments& arguments) {
  const auto& words = arguments.operands();
  if (words.size() != 2) throw UsageError{"capture: takes CALL and FILE"};
  auto call = arguments.call_id_from(words[0]);
  CaptureLimits limits{.seconds = arguments.number("seconds"),
                       .packets = arguments.number("packets")};
  return Capture(call, words[1], limits).run();
}

}  // namespace callgate
