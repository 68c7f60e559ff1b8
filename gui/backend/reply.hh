// SPDX-License-Identifier: GPL-2.0-or-later
// The answer of a program: what was asked for, or why there is none.
#pragma once

#include <functional>
#include <optional>

#include "gui/model/settings.hh"

namespace callgate::gui {

struct Done {};

template <typename Value>
struct Result {
  std::optional<Value> value;
  Refusal refusal;  // if there is no value: what was attempted, and why it failed
};

template <typename Value>
using Reply = std::function<void(const Result<Value>&)>;

}  // namespace callgate::gui
