// SPDX-License-Identifier: GPL-2.0-or-later
// How a row of the tables of pppd's words sets a field: flags, numbers, texts.
#pragma once

#include <climits>

#include "common/pppd/engine_word.hh"

namespace callgate {

// Whether a setter is for a field of the link, of the tunnel, or of the state itself.
template <typename Owner>
Owner& part_of(EngineState& state) {
  if constexpr (std::is_same_v<Owner, LinkOptions>)
    return state.tunnel.link;
  else if constexpr (std::is_same_v<Owner, TunnelOptions>)
    return state.tunnel;
  else
    return state;
}

template <typename Owner, typename Field>
EngineWord::Set set_flag(Field Owner::*field, Field value) {
  return [field, value](EngineState& state, const std::string&) {
    part_of<Owner>(state).*field = value;
    return std::string();
  };
}

template <typename Owner>
EngineWord::Set set_text(std::string Owner::*field, size_t least = 0, size_t most = SIZE_MAX) {
  return [=](EngineState& state, const std::string& value) -> std::string {
    if (value.size() < least) return "needs a value that is not empty";
    if (value.size() > most) return "takes at most " + std::to_string(most) + " characters";
    part_of<Owner>(state).*field = value;
    return "";
  };
}

// Returns nullopt, and in `wrong` why, unless the text begins with a number in the range. As pppd
// does, this ignores what follows the number.
std::optional<int64_t> number_between(const std::string& text, int64_t least, int64_t most,
                                      std::string& wrong);

template <typename Owner, typename Field>
EngineWord::Set set_number(Field Owner::*field, int64_t least = 0, int64_t most = INT_MAX) {
  return [=](EngineState& state, const std::string& value) {
    std::string wrong;
    if (auto found = number_between(value, least, most, wrong))
      part_of<Owner>(state).*field = static_cast<Field>(*found);
    return wrong;
  };
}

constexpr int64_t kMostSeconds = 86400;

// A timer of one protocol: seconds, or a count.
inline EngineWord::Set set_timer(LinkTimers LinkOptions::*timers, uint32_t LinkTimers::*field) {
  return [=](EngineState& state, const std::string& value) {
    std::string wrong;
    int64_t most = field == &LinkTimers::restart ? kMostSeconds : INT_MAX;
    if (auto found = number_between(value, 1, most, wrong))
      state.tunnel.link.*timers.*field = static_cast<uint32_t>(*found);
    return wrong;
  };
}

// Several rows in one.
inline EngineWord::Set both(EngineWord::Set first, EngineWord::Set second) {
  return [first = std::move(first), second = std::move(second)](EngineState& state,
                                                                const std::string& value) {
    auto wrong = first(state, value);
    return wrong.empty() ? second(state, value) : wrong;
  };
}

}  // namespace callgate
