// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/pppd/set_field.hh"

namespace callgate {

std::optional<int64_t> number_between(const std::string& text, int64_t least, int64_t most,
                                      std::string& wrong) {
  int64_t number = 0;
  if (pppd_number(text, number) && number >= least && number <= most) return number;
  wrong = "takes a number from " + std::to_string(least) + " to " + std::to_string(most);
  return std::nullopt;
}

}  // namespace callgate
