// SPDX-License-Identifier: GPL-2.0-or-later
// What is known about a connection and about a call, apart from statistics. dump, show and the JSON
// of status are made from these rows.
#pragma once

#include <span>
#include <string>
#include <variant>

#include "common/channel/channel_message.hh"

namespace callgate {

using FieldValue = std::variant<std::string, uint64_t, bool>;

// Whether dump has the field, and whether it stands before the statistics or after them.
enum class Dumped : uint8_t { early, late, never };

template <typename Info>
struct Field {
  const char* key;    // in JSON
  const char* label;  // in show
  FieldValue (*of)(const Info&);
  std::string (*shown)(const Info&) = nullptr;  // what show prints, if it is not the plain value
  Dumped dumped = Dumped::early;
};

// In the order of dump, which is frozen: see pptpctl(1).
std::span<const Field<ConnectionInfo>> connection_fields();
std::span<const Field<CallInfo>> call_fields();

// Never empty: a shell takes two tabs with nothing between them for one.
std::string field_text(const FieldValue& value);

}  // namespace callgate
