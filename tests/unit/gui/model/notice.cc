// SPDX-License-Identifier: GPL-2.0-or-later
// Which changes are worth a notification, and what its buttons do.
#include "gui/model/notice.hh"

#include "tests/unit/catch.hh"

using namespace callgate::gui;

namespace {

Tunnel tunnel(TunnelState state, const char* failure = "") {
  Tunnel tunnel;
  tunnel.name = "work";
  tunnel.server = "vpn.example.net";
  tunnel.state = state;
  tunnel.failure = failure;
  return tunnel;
}

std::optional<Notice> change(TunnelState before, TunnelState now,
                             const std::vector<Finding>& findings = {}) {
  return notice(tunnel(before), tunnel(now, findings.empty() ? "" : "wrong password"), findings);
}

Finding finding(std::vector<Action> actions) {
  Finding finding;
  finding.rule = "chap-failed";
  finding.actions = std::move(actions);
  return finding;
}

const Notice::Button kShow{"Show", Notice::kShow}, kAgain{"Connect again", Notice::kConnect};

}  // namespace

TEST_CASE("what the user waits for or has not asked for is told, and nothing else") {
  using enum TunnelState;
  for (auto before : {off, connecting, connected, failed})
    for (auto now : {off, connecting, connected, failed}) {
      bool wanted = before != now && (now == connected || now == failed ||
                                      (before == connected && now == off));
      CHECK(change(before, now).has_value() == wanted);
    }
}

TEST_CASE("a tunnel that is up can be shown, and one that has ended can be connected again") {
  auto up = change(TunnelState::connecting, TunnelState::connected);
  CHECK(up->title == "work: Connected");
  CHECK(up->body == "vpn.example.net");
  CHECK(up->buttons == std::vector{kShow});
  CHECK_FALSE(up->is_urgent);
  auto down = change(TunnelState::connected, TunnelState::off);
  CHECK(down->title == "work: Off");
  CHECK(down->buttons == std::vector{kAgain, kShow});
}

TEST_CASE("a failure has its cause, and the first remedy in place of another attempt") {
  auto bare = change(TunnelState::connecting, TunnelState::failed, {finding({})});
  CHECK(bare->body == "wrong password");
  CHECK(bare->buttons == std::vector{kAgain, kShow});
  CHECK(bare->is_urgent);
  Action ask{Action::Kind::ask, "password", "", false};
  Action set{Action::Kind::set, "mppe", "none", true};
  auto mended = change(TunnelState::connecting, TunnelState::failed, {finding({ask, set})});
  CHECK(mended->buttons ==
        std::vector{Notice::Button{"Enter password again", Notice::kRemedy}, kShow});
}

TEST_CASE("what was told holds until the state or the cause of a failure changes") {
  using enum TunnelState;
  for (auto before : {off, connecting, connected, failed})
    for (auto now : {off, connecting, connected, failed})
      CHECK(still_holds(tunnel(before), tunnel(now)) == (before == now));
  CHECK_FALSE(still_holds(tunnel(failed), tunnel(failed, "wrong password")));
  CHECK_FALSE(still_holds(tunnel(failed, "busy"), tunnel(failed, "wrong password")));
  CHECK(still_holds(tunnel(failed, "busy"), tunnel(failed, "busy")));
  CHECK(still_holds(tunnel(connected), tunnel(connected, "busy")));
}

TEST_CASE("a cause that is found after the failure is told, once") {
  auto before = tunnel(TunnelState::failed), now = tunnel(TunnelState::failed, "wrong password");
  CHECK(notice(before, now, {})->body == "wrong password");
  CHECK_FALSE(notice(now, now, {}));
}
