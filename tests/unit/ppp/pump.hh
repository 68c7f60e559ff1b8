// SPDX-License-Identifier: GPL-2.0-or-later
// Carries frames between a client's link and a server, with a clock that it turns itself.
#pragma once

#include <deque>
#include <functional>
#include <memory>

#include "ppp/secret.hh"
#include "tests/server/ppp_server.hh"
#include "tests/unit/catch.hh"

namespace callgate::ppp::test {

struct Pump {
  Pump(const LinkSettings& client, const ServerSettings& settings)
      : link(client, {0x11111111, 0xC1}),
        server(std::make_unique<Server>(settings)),
        name(client.name) {}

  void run(Duration time = std::chrono::seconds(60)) {
    if (!std::exchange(started, true)) {
      from_client(link.start(now));
      from_server(server->start(now));
    }
    carry();
    for (TimePoint end = now + time; now < end && !ended;) {
      now += std::chrono::milliseconds(500);
      from_client(link.advance(now));
      from_server(server->advance(now));
      carry();
    }
  }

  void carry() {
    for (int i = 0; i < 1000 && (!to_server.empty() || !to_client.empty()); i++) {
      if (!to_server.empty()) {
        Bytes next = std::move(to_server.front());
        to_server.pop_front();
        if (!lose || !lose(next, true)) from_server(server->receive(next, now));
      }
      if (!to_client.empty()) {
        Bytes next = std::move(to_client.front());
        to_client.pop_front();
        if (!lose || !lose(next, false))
          if (auto parsed = parse_frame(next)) from_client(link.receive(*parsed, now));
      }
    }
    CHECK(to_server.empty());
    CHECK(to_client.empty());
  }

  void from_server(const ServerSteps& steps) {
    for (const ServerStep& step : steps)
      if (auto* send = std::get_if<SendFrame>(&step)) to_client.push_back(send->frame);
  }

  void from_client(const LinkSteps& steps) {
    for (const LinkStep& step : steps) {
      if (auto* send = std::get_if<SendFrame>(&step)) to_server.push_back(send->frame);
      if (auto* ask = std::get_if<AskSecret>(&step)) {
        questions++;
        // Each answer has another random number, as the holder of the password makes it.
        Challenge peer{};
        peer.fill(static_cast<uint8_t>(questions));
        if (auto answered = answer(ask->question, name, password, peer))
          from_client(link.answered(*answered, now));
        else
          from_client(link.unanswerable("no password", now));
      }
      if (auto* keys = std::get_if<Encryption>(&step)) encryption = *keys;
      if (auto* up = std::get_if<Ipv4Up>(&step)) ipv4 = up->agreement;
      if (std::holds_alternative<Ipv4Down>(step)) ipv4.reset();
      if (auto* up = std::get_if<Ipv6Up>(&step)) ipv6 = up->agreement;
      if (std::holds_alternative<Ipv6Down>(step)) ipv6.reset();
      if (auto* end = std::get_if<LinkEnded>(&step)) ended = *end;
      history.push_back(step);
    }
  }

  Link link;
  std::unique_ptr<Server> server;
  std::string name, password = "secret";
  TimePoint now{std::chrono::hours(1)};
  bool started = false;
  std::deque<Bytes> to_server, to_client;
  std::function<bool(const Bytes&, bool to_server)> lose;
  int questions = 0;
  std::optional<Encryption> encryption;
  std::optional<IpcpAgreement> ipv4;
  std::optional<Ipv6cpAgreement> ipv6;
  std::optional<LinkEnded> ended;
  LinkSteps history;
};

inline LinkSettings client_settings() {
  LinkSettings settings;
  settings.name = "alice";
  settings.ccp.required = true;
  settings.ipcp.dns = true;
  return settings;
}

}  // namespace callgate::ppp::test
