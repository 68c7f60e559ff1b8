// SPDX-License-Identifier: GPL-2.0-or-later
// A call that is up, without pppd: one loop that negotiates the link and copies IP packets between
// the tunnel's network interface and the server.
#pragma once

#include "gre/call_service.hh"
#include "gre/engine/data_path.hh"
#include "gre/engine/link_runner.hh"
#include "gre/engine/tun_port.hh"
#include "gre/frame_receiver.hh"
#include "gre/frame_sender.hh"
#include "gre/pace.hh"

namespace callgate {

struct GatewaySettings;

class EngineGateway : public FrameSink {
 public:
  // settings.link is set, and `ends` are without pppd.
  EngineGateway(const GatewaySettings& settings, CallData& call, GreSocket& socket, Ends& ends);

  // Returns why the call ended.
  Reason run();

  std::string advice(const Reason& end) const { return service_.advice(end, now_); }

  ReceiveWindow::Order order(ByteSpan frame) const override;
  void take(ByteSpan frame, Sequence sequence) override;
  void take_in_place(std::span<uint8_t> frame, Sequence sequence) override;

 private:
  // Places in ends_.watch.
  static constexpr size_t kServer = Ends::kUser + 1, kSecret = kServer + 1;

  bool reads_tun() const { return was_open_ && !sender_.waits(); }
  bool go_on_without_waiting();
  void pause_if_it_pays();
  void wait();
  std::optional<TimePoint::duration> time_left() const;
  PollWatch::Events events(size_t which) const { return ends_.watch.ready(which); }

  std::optional<Reason> turn();  // the reason if the call ends in this turn
  void from_server();
  void from_tun();
  void to_tun();
  void take_incoming(const DataPath::Received& received, const DataPath::Incoming& incoming);
  void to_server();
  std::optional<Reason> hear_others();
  void close(const Reason& reason);
  Reason call_ended(Reason reason);
  Reason link_ended();

  CallData& call_;
  GreSocket& socket_;
  Ends& ends_;
  const LinkOptions& options_;
  DataPath data_;
  FrameReceiver receiver_;
  FrameSender sender_;
  LinkRunner link_;
  Pace pace_;
  TimePoint now_ = Clock::now();  // the time of this wake-up
  CallService service_;

  TunPort tun_;
  std::vector<DataPath::Received> received_;  // and not yet looked into
  std::vector<Bytes> copies_;                 // of what does not stay in the receiver's memory
  bool tun_has_more_ = false;
  bool was_open_ = false;    // an address family has been up
  unsigned clear_text_ = 0;  // packets that came unencrypted, although MPPE was agreed on
  std::optional<Reason> closing_;
  LinkReport::End end_ = LinkReport::End::call_ended;
  TimePoint give_up_;  // while closing_
};

}  // namespace callgate
