// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/log/accel_line.hh"

#include <array>

#include "callmgr/diagnose/log/time_stamp.hh"

namespace callgate::diagnose {
namespace {

using namespace std::string_view_literals;

constexpr std::array kLevels{"msg: "sv, "error: "sv, "warn: "sv, "info: "sv, "debug: "sv};

// Takes "ppp0", or whatever the interface was renamed to.
void take_interface(Scanner& in) {
  Scanner ahead = in;
  auto letters = ahead.take_while([](char c) { return is_lower(c) || c == '-' || c == '_'; });
  if (letters && ahead.digits(1, 5) && ahead.rest().starts_with(':')) in = ahead;
}

}  // namespace

bool take_accel_stamp(Scanner& in) {
  Scanner ahead = in;
  if (!ahead.take('[') || !take_iso(ahead) || !ahead.take("]: ")) return false;
  ahead.spaces();
  if (!take_one_of(ahead, kLevels)) return false;
  in = ahead;
  return true;
}

bool is_accel(std::string_view program) {
  return program == "accel-pppd" || program == "accel-pptp";
}

void take_accel_session(Scanner& in, LogLine& line) {
  Scanner ahead = in;
  take_interface(ahead);
  if (!ahead.take(':')) return;
  if (!ahead.take(' ')) {
    auto end = find_in(ahead.rest(), ": ");
    if (end == std::string_view::npos) return;
    line.user = ahead.rest().substr(0, end);
    ahead = Scanner(ahead.rest().substr(end + 2));
  }
  in = ahead;
}

void write_packet_as_pppd(LogLine& line, std::string_view whole, std::string& scratch) {
  bool sent = line.text.starts_with("send [");
  if ((!sent && !line.text.starts_with("recv [")) || line.text.substr(6).starts_with("PPTP"))
    return;
  auto at = static_cast<size_t>(line.text.data() - whole.data());
  if (whole.data() != scratch.data()) {
    scratch.assign(whole);
    for (auto* part : {&line.host, &line.program, &line.user, &line.text})
      if (part->data() >= whole.data() && part->data() <= whole.data() + whole.size())
        *part = {scratch.data() + (part->data() - whole.data()), part->size()};
  }
  scratch.replace(at, 4, sent ? "sent" : "rcvd");
}

}  // namespace callgate::diagnose
