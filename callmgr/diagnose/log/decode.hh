// SPDX-License-Identifier: GPL-2.0-or-later
// Says what the numbers in a log mean.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace callgate::diagnose {

// Returns "chap MS-v2" for "chap 81" and so on. Other forms stay as they are.
std::string_view authentication_name(std::string_view option);

// Returns for example "128 bit, stateless"; see packet.hh for the bits.
std::string describe_mppe(uint32_t bits);

// E=691 R=1 C=0102.. V=3 M=text: RFC 2759 section 6.
struct ChapFailure {
  int error = 0;
  std::optional<int> retry, version;
  std::string_view message;
};
std::optional<ChapFailure> parse_chap_failure(std::string_view text);

// If Windows ends a link, its Terminate-Request has the bytes 00 3c cd 74 and then its error
// number. pppd prints them in hex, as a string with octal escapes, or with ^ and M-.
std::optional<int> ras_error_in(std::string_view text);
std::string_view ras_error(int number);  // empty if the number is not known

// From pppd(8), EXIT STATUS. Empty if the status is not known.
std::string_view pppd_exit_status(int status);

}  // namespace callgate::diagnose
