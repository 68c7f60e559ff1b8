// SPDX-License-Identifier: GPL-2.0-or-later
// Times that somebody types, in seconds, with a fraction if he likes.
#include <fmt/format.h>

#include <charconv>

#include "callmgr/pptpctl/arguments.hh"
#include "common/wire/bytes.hh"

namespace callgate {

Duration interval_from(const Arguments& arguments, const std::string& word) {
  constexpr double kLeast = 0.2, kMost = 3600;
  double seconds = 0;
  auto [end, error] =
      std::from_chars(word.data(), word.data() + word.size(), seconds, std::chars_format::fixed);
  bool good = error == std::errc() && end == word.data() + word.size();
  if (!good || !(seconds >= kLeast && seconds <= kMost))
    throw UsageError{fmt::format("{}: takes a number of seconds from {} to {}, not '{}'",
                                 arguments.subcommand().name, kLeast, kMost, printable(word))};
  return Duration(static_cast<Duration::rep>(seconds * 1000));
}

}  // namespace callgate
