// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/command_line/values.hh"

#include <charconv>

namespace callgate {
namespace {

template <typename Number, typename Format>
std::optional<Number> parse(std::string_view text, Number least, Number most, Format format) {
  Number number{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, format);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (number >= least && number <= most) return number;  // false for "nan"
  return std::nullopt;
}

}  // namespace

std::optional<uint64_t> whole_number(std::string_view text, uint64_t least, uint64_t most,
                                     int base) {
  return parse(text, least, most, base);
}

std::optional<uint32_t> milliseconds(std::string_view text, double least, double most) {
  auto seconds = parse(text, least, most, std::chars_format::fixed);
  if (!seconds) return std::nullopt;
  return static_cast<uint32_t>(*seconds * 1000 + 0.5);
}

std::optional<log::Level> loglevel(std::string_view text) {
  static constexpr log::Level kLevels[] = {log::Level::warning, log::Level::notice,
                                           log::Level::debug};
  auto number = whole_number(text, 0, 2);
  if (!number) return std::nullopt;
  return kLevels[*number];
}

}  // namespace callgate
