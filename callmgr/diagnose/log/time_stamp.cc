// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/log/time_stamp.hh"

#include <array>

namespace callgate::diagnose {
namespace {

using namespace std::string_view_literals;

constexpr std::array kDays{"Mon"sv, "Tue"sv, "Wed"sv, "Thu"sv, "Fri"sv, "Sat"sv, "Sun"sv};
constexpr size_t kLongestName = 16;  // bytes of the name of a month or a day

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

// The name of a month in any language, with or without a point: "Nov", "janv.", "úno", "11月". What
// follows it shows that it is one.
bool take_month(Scanner& in) {
  auto word = in.word();
  return !word.empty() && word.size() <= kLongestName &&
         word.find_first_of(":[]<>=/\"'") == word.npos;
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

void take_weekday(Scanner& in) {
  Scanner ahead = in;
  if (take_one_of(ahead, kDays) && ahead.take(' ')) in = ahead;
}

// Takes the name of a time zone: "CET", "-03", "+0545".
void take_zone_name(Scanner& in) {
  Scanner ahead = in;
  if (!ahead.take(' ')) return;
  bool offset = (ahead.take('+') || ahead.take('-')) && ahead.digits(2, 4);
  auto letters = offset ? 0 : ahead.take_while(is_upper);
  if ((offset || (letters >= 2 && letters <= 5)) && ahead.rest().starts_with(' ')) in = ahead;
}

// "Fri 2026-11-22 10:00:00 CET", as journalctl -o short-full prints it, with the day in any
// language.
bool take_full(Scanner& in) {
  Scanner ahead = in;
  auto day = ahead.word();
  bool good = !day.empty() && day.size() <= kLongestName && ahead.take(' ') && take_iso(ahead);
  if (!good) return false;
  take_zone_name(ahead);
  in = ahead;
  return true;
}

// "[Fri Nov 22 10:00:00 2026]", as dmesg -T prints it.
bool take_human_uptime(Scanner& in) {
  Scanner ahead = in;
  if (!ahead.take('[')) return false;
  auto end = ahead.rest().find(']');
  if (end == std::string_view::npos || end > 64) return false;
  Scanner date(ahead.rest().substr(0, end));
  date.word();
  bool good = date.take(' ') && take_month_and_day(date) && date.take(' ') && date.digits(4, 4);
  if (!good) return false;
  in = Scanner(ahead.rest().substr(end + 1));
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

bool take_iso(Scanner& in) {
  Scanner ahead = in;
  bool good = ahead.digits(4, 4) && ahead.take('-') && ahead.digits(2, 2) && ahead.take('-') &&
              ahead.digits(2, 2) && (ahead.take('T') || ahead.take(' ')) && take_clock(ahead) &&
              take_zone(ahead);
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
  auto stamp = Stamp::perhaps_host;
  bool full = take_full(ahead);
  if (!full) take_weekday(ahead);
  if (full || take_unix_time(ahead))
    ;
  else if (take_month_and_day(ahead))
    stamp = Stamp::with_host;
  else if (take_iso(ahead))
    ahead.take(" UTC");
  else if (take_uptime(ahead) || take_human_uptime(ahead))
    stamp = Stamp::uptime;
  else if (!take_clock(ahead))
    return Stamp::none;
  if (!ahead.rest().empty() && ahead.rest()[0] != ' ') return Stamp::none;
  ahead.spaces();
  in = ahead;
  return stamp;
}

}  // namespace callgate::diagnose
