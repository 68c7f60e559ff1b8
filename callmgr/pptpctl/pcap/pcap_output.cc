// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/pptpctl/pcap/pcap_output.hh"

#include <fcntl.h>
#include <poll.h>

#include "callmgr/pptpctl/errors.hh"
#include "common/system/os_error.hh"

namespace callgate {
namespace {

constexpr size_t kPiece = 4096;  // bytes; PIPE_BUF: a pipe that has room takes them at once

UniqueFd open_output(const std::string& name) {
  if (name != "-")
    return UniqueFd(
        check(open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600),
              "write the capture to {}", name));
  if (isatty(STDOUT_FILENO))
    throw UsageError{"capture: standard output is a terminal: name a FILE, or pipe it to a reader"};
  return UniqueFd(
      check(fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3), "write the capture to standard output"));
}

}  // namespace

PcapOutput::PcapOutput(std::string name) : name_(std::move(name)), fd_(open_output(name_)) {}

PcapOutput::~PcapOutput() {
  if (empty_ && name_ != "-") unlink(name_.c_str());
}

bool PcapOutput::has_room(int interrupt) const {
  pollfd fds[] = {{fd_.get(), POLLOUT, 0}, {interrupt, POLLIN, 0}};
  while (poll(fds, 2, -1) < 0)
    if (errno != EINTR) throw OsError(errno, "wait for the reader");
  return fds[0].revents != 0;
}

// It writes small pieces, each when there is room, so that a signal is noticed if nobody reads.
bool PcapOutput::write(ByteSpan bytes, int interrupt) {
  while (!bytes.empty()) {
    if (!has_room(interrupt)) return false;
    auto size = ::write(fd_.get(), bytes.data(), std::min(bytes.size(), kPiece));
    if (size < 0 && errno == EPIPE) return false;
    check(size, "write the capture to {}", name_);
    empty_ = false;
    bytes = bytes.subspan(static_cast<size_t>(size));
  }
  return true;
}

}  // namespace callgate
