// SPDX-License-Identifier: GPL-2.0-or-later
// One call of the test server: a link of PPP between GRE and a network interface.
#pragma once

#include <memory>

#include "common/wire/gre_header.hh"
#include "ppp/mppe.hh"
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
  void received(const GrePacket& packet, TimePoint now);
  void read_tun();
  void advance(TimePoint now) { steps(server_.advance(now)); }
  // Sends an acknowledgement if no packet has carried it.
  void acknowledge();

  void renegotiate(TimePoint now) { steps(server_.renegotiate(now)); }
  void challenge_anew(TimePoint now) { steps(server_.challenge_anew(now)); }
  void terminate(TimePoint now) { steps(server_.terminate("the server is going down", now)); }

 private:
  void steps(const ServerSteps& steps);
  void encryption(const Encryption& keys);
  void datagram(const Frame& frame);
  void decrypt(const GrePacket& packet, ByteSpan payload, TimePoint now);
  void send_frame(ByteSpan frame);
  void send_datagram(uint8_t* packet, size_t size);
  void send(uint8_t* payload, size_t size);

  Ends ends_;
  ServerSettings settings_;
  GreEnd& gre_;
  Server server_;
  Tun tun_;
  bool up_ = false;  // datagrams may pass
  std::optional<MppeSender> sender_;
  std::optional<MppeReceiver> receiver_;
  std::optional<TimePoint> reset_asked_;
  bool clear_text_said_ = false;
  uint32_t next_sequence_ = 0;
  std::optional<Sequence> newest_;  // received
  bool acknowledgement_due_ = false;
  unsigned datagrams_ = 0;  // sent
  Bytes held_;              // by the fault delay-data
};

}  // namespace callgate::ppp::test
