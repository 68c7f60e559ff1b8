// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/log/time_stamp.hh"

#include <array>

namespace callgate::diagnose {
namespace {

using namespace std::string_view_literals;

constexpr std::array kDays{"Mon"sv, "Tue"sv, "Wed"sv, "Thu"sv, "Fri"sv, "Sat"sv, "Sun"sv};

bool take_fraction(Scanner& in) {
  Scanner ahead = in;
  if ((ahead.take('.') || ahead.take(',')) && ahead.digits(1, 9)) in = ahead;
  return true;
}

bool take_zone(Scanner& in) {
  Scanner ahead = in;
  if (in.take('Z')) return true;
  if ((ahead.take('+') || ahead.take('-')) && ahead.digits(2, 2)) {
    ahead.take(':');
    if (ahead.digits(2, 2)) in = ahead;
  }
  return true;
}

bool take_iso(Scanner& in) {
  Scanner ahead = in;
  bool good = ahead.digits(4, 4) && ahead.take('-') && ahead.digits(2, 2) && ahead.take('-') &&
              ahead.digits(2, 2) && (ahead.take('T') || ahead.take(' ')) && take_clock(ahead) &&
              take_zone(ahead);
  if (good) in = ahead;
  if (good && ahead.take(" UTC")) in = ahead;
  return good;
}

// The name of a month in any language, with or without a point: "Nov", "janv.", "úno", "11月". What
// follows it shows that it is one.
bool take_month(Scanner& in) {
  constexpr size_t kLongest = 16;  // bytes
  auto word = in.word();
  return !word.empty() && word.size() <= kLongest && word.find_first_of(":[]<>=/\"'") == word.npos;
}

bool take_month_and_day(Scanner& in) {
  Scanner ahead = in;
  if (!take_month(ahead) || !ahead.spaces() || !ahead.digits(1, 2) || (ahead.take('.'), false) ||
      !ahead.spaces())
    return false;
  if (!take_clock(ahead)) return false;
  Scanner year = ahead;
  if (year.take(' ') && year.digits(4, 4) && year.rest().starts_with(' ')) ahead = year;
  in = ahead;
  return true;
}

bool take_unix_time(Scanner& in) {
  Scanner ahead = in;
  bool good = ahead.digits(10, 10) && ahead.take('.') && ahead.digits(1, 9);
  if (good) in = ahead;
  return good;
}

bool take_weekday(Scanner& in) {
  Scanner ahead = in;
  if (take_one_of(ahead, kDays) && ahead.take(' ')) in = ahead;
  return true;
}

}  // namespace

bool take_clock(Scanner& in) {
  Scanner ahead = in;
  bool good = ahead.digits(2, 2) && ahead.take(':') && ahead.digits(2, 2) && ahead.take(':') &&
              ahead.digits(2, 2) && take_fraction(ahead);
  if (good) in = ahead;
  return good;
}

bool take_uptime(Scanner& in) {
  Scanner ahead = in;
  bool good = ahead.take('[') && (ahead.spaces(), ahead.digits(1, 10)) && ahead.take('.') &&
              ahead.digits(3, 9) && ahead.take(']');
  if (good) in = ahead;
  return good;
}

Stamp take_stamp(Scanner& in) {
  Scanner ahead = in;
  if (ahead.rest().empty()) return Stamp::none;
  if (ahead.take('<') && ahead.digits(1, 3) && ahead.take('>')) {
    ahead.take("1 ");
    in = ahead;
  }
  ahead = in;
  take_weekday(ahead);
  auto stamp = Stamp::none;
  if (take_month_and_day(ahead))
    stamp = Stamp::with_host;
  else if (take_iso(ahead) || take_unix_time(ahead) || take_clock(ahead))
    stamp = Stamp::perhaps_host;
  else if (take_uptime(ahead))
    stamp = Stamp::uptime;
  else
    return stamp;
  if (!ahead.rest().empty() && ahead.rest()[0] != ' ') return Stamp::none;
  ahead.spaces();
  in = ahead;
  return stamp;
}

}  // namespace callgate::diagnose
