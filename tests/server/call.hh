// SPDX-License-Identifier: GPL-2.0-or-later
// One call of the test server: a link of PPP between GRE and a network interface.
#pragma once

#include <memory>

#include "common/wire/gre_header.hh"
#include "gre/engine/data_path.hh"
#include "gre/engine/tun_port.hh"
#include "tests/server/gre_end.hh"
#include "tests/server/ppp_server.hh"
#include "tests/server/tun.hh"

namespace callgate::ppp::test {

class Call {
 public:
  struct Ends {
    int number = 0;  // for the lines that are printed
    CallId own{}, peer{};
    SocketAddress client;  // port 0
  };

  Call(const Ends& ends, const ServerSettings& settings, GreEnd& gre);

  const Ends& ends() const { return ends_; }
  Ipv4 client_address() const { return settings_.addresses.client; }
  int tun() const { return tun_.fd(); }
  bool ended() const { return server_.ended; }
  std::optional<TimePoint> deadline() const { return server_.deadline(); }
  void say(std::string_view text) const;

  void start(TimePoint now) { steps(server_.start(now)); }
  // `bytes` has the packet. They stay until to_tun(), and may be changed.
  void received(const GrePacket& packet, std::span<uint8_t> bytes, TimePoint now);
  // Hands on what was received.
  void to_tun(TimePoint now);
  void read_tun();
  void advance(TimePoint now) { steps(server_.advance(now)); }
  // Sends an acknowledgement if no packet has carried it.
  void acknowledge();

  void renegotiate(TimePoint now) { steps(server_.renegotiate(now)); }
  void challenge_anew(TimePoint now) { steps(server_.challenge_anew(now)); }
  void terminate(TimePoint now) { steps(server_.terminate("the server is going down", now)); }

 private:
  void steps(const ServerSteps& steps);
  void down(IpVersion version);
  void encryption(Encryption keys);
  void lost_packet(TimePoint now);
  void send_frame(ByteSpan frame);
  void send_datagram(const Segmenter& packets, size_t i);
  void seal();
  void send(uint8_t* payload, size_t size);

  Ends ends_;
  ServerSettings settings_;
  GreEnd& gre_;
  Server server_;
  Tun tun_;
  bool up_ = false;  // datagrams may pass
  TunPort port_;
  Statistics statistics_;
  DataPath data_;
  std::vector<DataPath::Received> received_;  // and not yet looked into
  std::vector<std::span<uint8_t>> to_seal_;   // frames in slots
  std::optional<TimePoint> reset_asked_;
  bool clear_text_said_ = false;
  uint32_t next_sequence_ = 0;
  std::optional<Sequence> newest_;  // received
  bool acknowledgement_due_ = false;
  unsigned datagrams_ = 0;  // sent
  Bytes held_;              // by the fault delay-data
};

}  // namespace callgate::ppp::test
