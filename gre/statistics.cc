// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/statistics.hh"

#include <fmt/format.h>

namespace callgate {

bool one_sided(const Statistics& s) {
  uint64_t received = s.rx_accepted + s.rx_acks + s.rx_buffered + s.rx_over_win + s.rx_under_win +
                      s.rx_truncated + s.rx_invalid + s.rx_oversize;
  return s.tx_sent > 0 && received == 0;
}

std::vector<std::string> dump(const Statistics& s) {
  std::vector<std::string> lines{"GRE statistics:"};
  auto line = [&](std::string_view name, uint64_t value, std::string_view unit = "") {
    lines.push_back(fmt::format("{:<12} = {}{}", name, value, unit));
  };
  // As pptp-linux has them, in its order.
  line("rx accepted", s.rx_accepted);
  line("rx lost", s.rx_lost);
  line("rx under win", s.rx_under_win);
  line("rx over  win", s.rx_over_win);
  line("rx buffered", s.rx_buffered);
  line("rx OS errors", s.rx_errors);
  line("rx truncated", s.rx_truncated);
  line("rx invalid", s.rx_invalid);
  line("rx acks", s.rx_acks);
  line("tx sent", s.tx_sent);
  line("tx failed", s.tx_failed);
  line("tx short", s.tx_short);
  line("tx acks", s.tx_acks);
  line("tx oversize", s.tx_oversize);
  line("round trip", static_cast<uint64_t>(s.round_trip.count()), " usecs");
  // Ours.
  line("rx bytes", s.rx_bytes);
  line("rx duplicate", s.rx_duplicate);
  line("rx resyncs", s.rx_resyncs);
  line("rx patience", static_cast<uint64_t>(s.reorder_timeout.count()), " usecs");
  line("rx oversize", s.rx_oversize);
  line("rx foreign", s.rx_foreign);
  line("tx bytes", s.tx_bytes);
  line("tx waits", s.tx_waits);
  line("tx window", s.tx_window);
  line("tx win waits", s.tx_window_waits);
  line("tx timeouts", s.tx_timeouts);
  line("rx buffer", s.rx_buffer, " bytes");
  line("tx buffer", s.tx_buffer, " bytes");
  line("path MTU", s.path_mtu, " bytes");
  line("pty bad FCS", s.pty_bad_fcs);
  line("pty short", s.pty_too_short);
  line("pty aborted", s.pty_aborted);
  line("pty waits", s.pty_waits);
  line("pty dropped", s.pty_dropped);
  return lines;
}

std::string summary(const Statistics& s, std::chrono::seconds duration) {
  return fmt::format(
      "call was up {} s: received {} packets ({} bytes, {} lost, {} late or duplicate), sent {}"
      " packets ({} bytes, {} failed)",
      duration.count(), s.rx_accepted, s.rx_bytes, s.rx_lost, s.rx_under_win + s.rx_duplicate,
      s.tx_sent, s.tx_bytes, s.tx_failed);
}

}  // namespace callgate
