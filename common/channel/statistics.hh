// SPDX-License-Identifier: GPL-2.0-or-later
// The statistics of a call. One table (statistics_table.cc) gives the names, the unit and the
// meaning of each. The dump on SIGUSR1, the channel, the output of pptpctl and the manual pages are
// made from it.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace callgate {

struct Statistics {
  // Received from the server.
  uint64_t rx_accepted = 0;
  uint64_t rx_bytes = 0;
  uint64_t rx_lost = 0;
  uint64_t rx_under_win = 0;
  uint64_t rx_over_win = 0;
  uint64_t rx_buffered = 0;  // or taken at once with --nobuffer
  uint64_t rx_duplicate = 0;
  uint64_t rx_resyncs = 0;
  uint64_t rx_errors = 0;
  uint64_t rx_truncated = 0;
  uint64_t rx_invalid = 0;   // not the enhanced GRE of RFC 2637 section 4.1
  uint64_t rx_oversize = 0;  // longer than kMaxFrameSize
  uint64_t rx_foreign = 0;
  uint64_t rx_acks = 0;

  // Sent to the server.
  uint64_t tx_sent = 0;
  uint64_t tx_bytes = 0;
  uint64_t tx_failed = 0;
  uint64_t tx_short = 0;
  uint64_t tx_acks = 0;
  uint64_t tx_oversize = 0;
  uint64_t tx_waits = 0;
  uint64_t tx_window = 0;  // packets, 0 = any number
  uint64_t tx_window_waits = 0;
  uint64_t tx_timeouts = 0;

  // On pppd's side.
  uint64_t pty_bad_fcs = 0;
  uint64_t pty_too_short = 0;
  uint64_t pty_aborted = 0;
  uint64_t pty_waits = 0;
  uint64_t pty_dropped = 0;

  // Of the built-in PPP engine.
  uint64_t rx_late = 0;
  uint64_t rx_undecrypted = 0;
  uint64_t rx_refused = 0;
  uint64_t tx_refused = 0;
  uint64_t tun_dropped = 0;

  // The socket.
  uint64_t rx_buffer = 0, tx_buffer = 0;
  uint64_t path_mtu = 0;

  std::chrono::microseconds round_trip{0};  // estimate, RFC 2637 section 4.4; 0 = not measured
  std::chrono::microseconds reorder_timeout{0};

  // Since data of users has passed last; 0 = none has, or it is not known.
  std::chrono::microseconds rx_idle{0}, tx_idle{0};
};

// One row of the table.
struct Statistic {
  enum class Kind : uint8_t { counter, gauge };
  enum class Unit : uint8_t { none, bytes, microseconds };

  const char* name;  // in the dump; pptp-linux's name if it has this statistic
  const char* key;   // in JSON, and within a metric's name
  Kind kind;
  Unit unit;
  const char* help;  // a noun phrase
  const char* more;  // full sentences for the manual page, one a line, or ""
  uint64_t Statistics::*number = nullptr;
  std::chrono::microseconds Statistics::*time = nullptr;

  constexpr uint64_t of(const Statistics& all) const {
    return number ? all.*number : static_cast<uint64_t>((all.*time).count());
  }
  constexpr void set(Statistics& all, uint64_t value) const {
    if (number)
      all.*number = value;
    else
      all.*time = std::chrono::microseconds(static_cast<int64_t>(value));
  }
};

// The first rows of the table are the statistics of pptp-linux, in its order.
constexpr size_t kPeersStatistics = 15;

// The channel and pptpctl's dump use the order of the table, so a new statistic goes to the end.
extern const std::array<Statistic, 41> kStatistics;

// The values in the table's order, and back. A sender of another version may have fewer or more
// values: a missing value becomes 0, and surplus values are ignored.
std::vector<uint64_t> values_of(const Statistics& statistics);
Statistics statistics_from(const std::vector<uint64_t>& values);

// True if the server has sent at least one packet, valid or not.
bool heard(const Statistics& statistics);

// The dump, as log lines.
std::vector<std::string> dump(const Statistics& statistics);

// A line for the end of a call that was up for `duration`.
std::string summary(const Statistics& statistics, std::chrono::seconds duration);

}  // namespace callgate
