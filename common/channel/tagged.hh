// SPDX-License-Identifier: GPL-2.0-or-later
// A variant on the wire: one octet, the kTag of the alternative, and then that alternative's
// fields.
#pragma once

#include <optional>
#include <variant>

#include "common/wire/bytes.hh"

namespace callgate {

template <typename Variant>
void put_tagged(Writer& writer, const Variant& variant) {
  std::visit(
      [&](const auto& message) {
        writer.put(message.kTag);
        writer.put(message);
      },
      variant);
}

// Returns nullopt if no alternative has this tag, or its fields are cut off or not valid.
template <typename Variant, size_t I = 0, typename Valid>
std::optional<Variant> get_tagged(uint8_t tag, Reader& reader, const Valid& valid) {
  if constexpr (I < std::variant_size_v<Variant>) {
    using Wanted = std::variant_alternative_t<I, Variant>;
    if (tag != Wanted::kTag) return get_tagged<Variant, I + 1>(tag, reader, valid);
    Wanted wanted;
    reader.get(wanted);
    if (!reader.ok() || !valid(wanted)) return std::nullopt;
    return wanted;
  }
  return std::nullopt;
}

template <typename Variant>
std::optional<Variant> get_tagged(Reader& reader, const auto& valid) {
  uint8_t tag = 0;
  reader.get(tag);
  return get_tagged<Variant>(tag, reader, valid);
}

}  // namespace callgate
