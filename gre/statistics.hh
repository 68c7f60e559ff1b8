// SPDX-License-Identifier: GPL-2.0-or-later
// What a call has done so far, in numbers, and the text of the dump on SIGUSR1: first the lines
// that pptp-linux prints, name for name, so that what reads logs keeps working; then ours.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace callgate {

struct Statistics {
  // Received from the server.
  uint64_t rx_accepted = 0;   // frames handed to pppd
  uint64_t rx_bytes = 0;      // of these frames
  uint64_t rx_lost = 0;       // never came in time, and were given up
  uint64_t rx_under_win = 0;  // late, or a duplicate of something handed on: dropped
  uint64_t rx_over_win = 0;   // too far ahead to be waited for
  uint64_t rx_buffered = 0;   // early: kept until their turn, or taken at once with --nobuffer
  uint64_t rx_duplicate = 0;  // of a packet that is still kept: dropped
  uint64_t rx_resyncs = 0;    // the server went on with other sequence numbers
  uint64_t rx_errors = 0;     // the system reported an error in place of a packet
  uint64_t rx_truncated = 0;  // shorter than its headers say
  uint64_t rx_invalid = 0;    // not the enhanced GRE of RFC 2637 section 4.1
  uint64_t rx_oversize = 0;   // longer than kMaxFrameSize
  uint64_t rx_foreign = 0;    // for another call
  uint64_t rx_acks = 0;       // acknowledgements without data

  // Sent to the server.
  uint64_t tx_sent = 0;      // packets with data
  uint64_t tx_bytes = 0;     // of PPP frame in them
  uint64_t tx_failed = 0;    // dropped: the system reported an error
  uint64_t tx_short = 0;     // the system took a part only
  uint64_t tx_acks = 0;      // acknowledgements without data
  uint64_t tx_oversize = 0;  // dropped: frame longer than kMaxFrameSize, or than the path carries
  uint64_t tx_waits = 0;     // times that the socket was full and pppd had to wait
  uint64_t tx_window = 0;    // packets that may be on their way at present, 0 = any number
  uint64_t tx_window_waits = 0;  // times that it was closed and pppd had to wait
  uint64_t tx_timeouts = 0;      // times that it had to wait too long, and no longer did

  // On pppd's side.
  uint64_t pty_bad_fcs = 0;  // frames from pppd, dropped
  uint64_t pty_too_short = 0;
  uint64_t pty_aborted = 0;
  uint64_t pty_waits = 0;    // times that pppd did not read and the server had to wait
  uint64_t pty_dropped = 0;  // frames to pppd that it took in part only (--sync)

  // The socket, in bytes.
  uint64_t rx_buffer = 0, tx_buffer = 0;
  uint64_t path_mtu = 0;

  std::chrono::microseconds round_trip{0};       // estimate, RFC 2637 section 4.4; 0 = not measured
  std::chrono::microseconds reorder_timeout{0};  // that a missing packet is waited for, at present
};

// We have sent frames, and nothing has come, not even something wrong.
bool one_sided(const Statistics& statistics);

// The dump, one log line each.
std::vector<std::string> dump(const Statistics& statistics);

// One line for the end of a call that was up for `duration`.
std::string summary(const Statistics& statistics, std::chrono::seconds duration);

}  // namespace callgate
