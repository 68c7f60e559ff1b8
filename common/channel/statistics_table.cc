// SPDX-License-Identifier: GPL-2.0-or-later
// Every statistic of a call: its names, its unit, and what it means. The manual pages, pptpctl and
// the log get their texts from here.
#include "common/channel/statistics.hh"

namespace callgate {
namespace {

using S = Statistics;

constexpr auto kCounter = Statistic::Kind::counter;
constexpr auto kGauge = Statistic::Kind::gauge;
constexpr auto kNone = Statistic::Unit::none;
constexpr auto kBytes = Statistic::Unit::bytes;
constexpr auto kMicroseconds = Statistic::Unit::microseconds;

constexpr Statistic count(const char* name, const char* key, uint64_t S::*number, const char* help,
                          const char* more = "") {
  return {name, key, kCounter, kNone, help, more, number};
}

constexpr Statistic gauge(const char* name, const char* key, Statistic::Unit unit,
                          uint64_t S::*number, const char* help, const char* more = "") {
  return {name, key, kGauge, unit, help, more, number};
}

constexpr Statistic duration(const char* name, const char* key, std::chrono::microseconds S::*time,
                             const char* help, const char* more = "") {
  return {name, key, kGauge, kMicroseconds, help, more, nullptr, time};
}

}  // namespace

constexpr std::array<Statistic, 41> kStatistics{{
    // The statistics of pptp-linux, in its order.
    count("rx accepted", "rx_accepted", &S::rx_accepted, "Frames handed to pppd"),
    count("rx lost", "rx_lost", &S::rx_lost, "Packets that did not come, or came too late"),
    count("rx under win", "rx_under_win", &S::rx_under_win,
          "Packets dropped because they came late or twice"),
    count("rx over  win", "rx_over_win", &S::rx_over_win,
          "Packets dropped because they were too far ahead",
          "The option --missing-window sets how far ahead a packet may be."),
    count("rx buffered", "rx_buffered", &S::rx_buffered,
          "Packets that came early and waited for their turn"),
    count("rx OS errors", "rx_os_errors", &S::rx_errors,
          "Errors that the system reported in place of a packet",
          "ICMP messages count here.\nOver IPv6, so do messages that the gateway ignores because"
          " they are not about this call or name an impossible MTU."),
    count("rx truncated", "rx_truncated", &S::rx_truncated,
          "Packets shorter than their headers say"),
    count("rx invalid", "rx_invalid", &S::rx_invalid,
          "Packets with flags, a version or a protocol that PPTP does not have"),
    count("rx acks", "rx_acks", &S::rx_acks, "Acknowledgements received without data"),
    count("tx sent", "tx_sent", &S::tx_sent, "Packets sent with data"),
    count("tx failed", "tx_failed", &S::tx_failed, "Packets that the system refused to send"),
    count("tx short", "tx_short", &S::tx_short, "Packets that the system sent only in part"),
    count("tx acks", "tx_acks", &S::tx_acks, "Acknowledgements sent without data"),
    count("tx oversize", "tx_oversize", &S::tx_oversize,
          "Frames dropped because they were too long for a packet or for the path",
          "A packet holds a frame of at most 4096 bytes."),
    duration("round trip", "round_trip", &S::round_trip,
             "Estimate of the time until the server acknowledges a packet, 0 if not measured yet"),
    // Our own statistics.
    {"rx bytes", "rx_bytes", kCounter, kBytes, "Bytes of the frames handed to pppd", "",
     &S::rx_bytes},
    count("rx duplicate", "rx_duplicate", &S::rx_duplicate,
          "Copies of packets that were still waiting for their turn"),
    count("rx resyncs", "rx_resyncs", &S::rx_resyncs,
          "Times that the gateway followed the server to a new numbering"),
    duration("rx patience", "rx_patience", &S::reorder_timeout,
             "How long the gateway waits for a missing packet at present"),
    count("rx oversize", "rx_oversize", &S::rx_oversize, "Packets with a frame that was too long",
          "The gateway accepts frames of at most 4096 bytes."),
    count("rx foreign", "rx_foreign", &S::rx_foreign,
          "Packets for another call that passed the filter"),
    {"tx bytes", "tx_bytes", kCounter, kBytes, "Bytes of the frames sent", "", &S::tx_bytes},
    count("tx waits", "tx_waits", &S::tx_waits,
          "Times that pppd had to wait because the socket was full"),
    gauge("tx window", "tx_window", kNone, &S::tx_window,
          "Packets that may be on their way to the server at present, 0 for any number",
          "Only the option --transmit-window sets a limit."),
    count("tx win waits", "tx_window_waits", &S::tx_window_waits,
          "Times that pppd had to wait because the window was full"),
    count("tx timeouts", "tx_timeouts", &S::tx_timeouts,
          "Times that no acknowledgement came in time and pppd waited no longer"),
    gauge("rx buffer", "rx_buffer", kBytes, &S::rx_buffer, "Size of the socket's receive buffer",
          "The size includes the kernel's own bookkeeping."),
    gauge("tx buffer", "tx_buffer", kBytes, &S::tx_buffer, "Size of the socket's send buffer",
          "The size includes the kernel's own bookkeeping."),
    gauge("path MTU", "path_mtu", kBytes, &S::path_mtu,
          "Largest packet that the path to the server carries, as far as the kernel knows",
          "If a packet is larger, the log says which mtu to set for pppd, and the kernel sends"
          " later packets in fragments."),
    count("pty bad FCS", "pty_bad_fcs", &S::pty_bad_fcs,
          "Frames from pppd dropped because their check sequence was wrong"),
    count("pty short", "pty_short", &S::pty_too_short,
          "Frames from pppd dropped because they were too short"),
    count("pty aborted", "pty_aborted", &S::pty_aborted, "Frames that pppd aborted",
          "With the option --sync, frames that came from pppd's end only in part."),
    count("pty waits", "pty_waits", &S::pty_waits,
          "Times that the server's packets had to wait because pppd did not read"),
    count("pty dropped", "pty_dropped", &S::pty_dropped, "Frames that pppd's end took only in part",
          "This happens only with the option --sync."),
    count(
        "rx late", "rx_late", &S::rx_late, "Packets that came late and were taken all the same",
        "Only the built-in PPP engine takes late packets.\nThey have been counted as lost before."),
    count("rx undecrypt", "rx_undecrypted", &S::rx_undecrypted,
          "Packets that MPPE could not decrypt", "Only the built-in PPP engine counts them."),
    count("rx refused", "rx_refused", &S::rx_refused,
          "Packets from the server that must not enter this host",
          "They are not encrypted although they must be, are no whole IP packets, or came before"
          " their protocol was up.\nOnly the built-in PPP engine counts them."),
    count("tx refused", "tx_refused", &S::tx_refused,
          "Packets of the network interface that must not go to the server",
          "Their protocol is not up, or they cannot be encrypted although they must be.\nOnly the"
          " built-in PPP engine counts them."),
    count("tun dropped", "tun_dropped", &S::tun_dropped,
          "Packets that the network interface did not take",
          "Only the built-in PPP engine counts them."),
    duration("rx idle", "rx_idle", &S::rx_idle,
             "Time since the server last sent data, 0 if it has not",
             "Packets with which PPP controls the link, such as echo requests, are no data."),
    duration("tx idle", "tx_idle", &S::tx_idle,
             "Time since data was last sent to the server, 0 if none was"),
}};

// All members are 64 bits wide, so a member that is missing in the table does not compile.
static_assert(sizeof(Statistics) == kStatistics.size() * sizeof(uint64_t));

}  // namespace callgate
