// SPDX-License-Identifier: GPL-2.0-or-later
// What the numbers in a log mean.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace callgate::diagnose {

// "chap 81" -> "chap MS-v2"; other ways to write an authentication option stay as they are.
std::string_view authentication_name(std::string_view option);

// "stateless, 128 bit"; see packet.hh for the bits.
std::string describe_mppe(uint32_t bits);

// E=691 R=1 C=0102.. V=3 M=text: RFC 2759 section 6.
struct ChapFailure {
  int error = 0;
  std::optional<int> retry, version;
  std::string_view message;
};
std::optional<ChapFailure> parse_chap_failure(std::string_view text);

// Windows ends a link with its own error number behind a magic 00 3c cd 74 in the
// Terminate-Request, which pppd prints in hex, as a string with octal escapes, or with ^ and M-.
std::optional<int> ras_error_in(std::string_view text);
std::string_view ras_error(int number);  // empty: not known

std::string_view pppd_exit_status(int status);  // pppd(8), EXIT STATUS; empty: not known

}  // namespace callgate::diagnose
