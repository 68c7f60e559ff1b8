// SPDX-License-Identifier: GPL-2.0-or-later
// A host of its own for one test, and a tunnel whose gateway is a piece of the test. The kernel,
// its interfaces, and the scripts are real.
#pragma once

#include <functional>

#include "common/channel/link_report.hh"
#include "common/pppd/tunnel_options.hh"
#include "tests/unit/child.hh"

namespace callgate::test {

// False without root or /dev/net/tun.
bool can_make_hosts();

// Runs `test` in its own network, with empty /run and /etc/ppp, and an interface eth0 that has
// 192.0.2.2/24. The result is what it returns and what it prints with say().
ChildResult on_a_host(const std::function<int()>& test);

void say(const std::string& text);  // a line of the result
std::string output_of(const std::string& command);
std::string contents(const std::string& path);  // "" if there is no such file
void write_script(const std::string& path, const std::string& body);
// Waits until `happened` is true. If it takes longer than 30 s, it returns false, and on_a_host()
// fails.
bool wait_until(const std::function<bool()>& happened);

// What a scripted gateway does.
void report(const LinkReport& report);
LinkReport ipv4_up();
void wait_for_ipv4();  // until the tunnel process has set what ipv4_up() says
[[noreturn]] void end(LinkReport::End end);  // ended, and the process
// Goes on until the tunnel process asks for the end or is gone, and ends then.
[[noreturn]] void serve_until_told();

TunnelOptions options();  // nodetach, the name alice, the password of kPassword
constexpr const char* kPassword = "Correct-Horse-42";

}  // namespace callgate::test
