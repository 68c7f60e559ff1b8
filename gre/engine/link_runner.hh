// SPDX-License-Identifier: GPL-2.0-or-later
// Runs ppp::Link: carries out its steps. Frames go to the sender, questions to the holder of the
// password, decisions to the data path, to the tunnel process and into the log.
#pragma once

#include "common/channel/link_options.hh"
#include "common/channel/link_report.hh"
#include "common/system/rate_limit.hh"
#include "gre/engine/data_path.hh"
#include "gre/engine/mtu_watch.hh"
#include "gre/engine/secret_port.hh"
#include "gre/frame_sender.hh"

namespace callgate {

class LinkRunner {
 public:
  struct Ports {
    int tunnel;  // descriptor of the tunnel process
    int secret;  // descriptor of the holder of the password
  };

  LinkRunner(const LinkOptions& options, const Ports& ports, CallData& call,
             const GreSocket& socket, FrameSender& sender, DataPath& data);

  void start(TimePoint now) { perform(link_.start(now), now); }
  // A frame that is not a datagram.
  void receive(const ppp::Frame& frame, TimePoint now);
  // A datagram came: the server lives.
  void traffic() { link_.traffic(); }
  // Stateful MPPE has lost a packet.
  void lost_packet(TimePoint now);
  // Takes an answer. Returns false if the holder has ended.
  bool hear_secret(TimePoint now);
  void advance(TimePoint now);
  // Begins to terminate the link. `words` go to the server.
  void close(std::string words, TimePoint now) { perform(link_.close(std::move(words), now), now); }

  std::optional<TimePoint> deadline() const;
  bool ended() const { return ended_; }
  // Why the link is being terminated, or has ended.
  const std::optional<ppp::LinkEnded>& end() const { return link_.end(); }

  // The last report to the tunnel process.
  void report_end(LinkReport::End end);

 private:
  void perform(const ppp::LinkSteps& steps, TimePoint now);
  void send(const ppp::SendFrame& step);
  void ask(const ppp::AskSecret& step, TimePoint now);
  void encrypt(const ppp::Encryption& step);
  void up(const ppp::Ipv4Up& step, TimePoint now);
  void up(const ppp::Ipv6Up& step, TimePoint now);
  void up(IpVersion version, const LinkReport& report, TimePoint now);
  void down(IpVersion version, LinkReport::Kind kind);
  void send_first_packet();
  uint16_t most_mtu() const;
  void set_mtu(uint16_t mtu);
  size_t echo_size(uint16_t mtu) const;
  void answered(const ppp::EchoAnswered& step, TimePoint now);
  void watch_mtu(TimePoint now);
  void report(LinkReport report);

  LinkOptions options_;
  Ports ports_;
  CallData& call_;
  const GreSocket& socket_;
  FrameSender& sender_;
  DataPath& data_;
  SecretPort secret_;
  ppp::Link link_;
  uint16_t mtu_ = 0;                      // of the network interface, while an address family is up
  std::optional<MtuWatch> mtu_watch_;     // while an address family is up, with measure_mtu
  bool mtu_said_ = false;                 // the first one
  std::vector<LinkReport> held_reports_;  // until the MTU is known
  std::array<uint16_t, 256> echoes_{};    // by identifier: the MTU that it is about; 0 = none
  uint64_t too_large_ = 0;                // what the socket has counted, when it was last looked at
  RateLimit terminations_{8, std::chrono::seconds(10)};  // that are logged
  bool asked_ = false;  // and the holder of the password has not answered
  bool ended_ = false;
  std::optional<TimePoint> reset_requested_;
};

}  // namespace callgate
