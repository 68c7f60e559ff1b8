// SPDX-License-Identifier: GPL-2.0-or-later
// One of each of the fifteen control messages, with every field set to a value of its own and every
// text filling its field, so that no field can be forgotten, swapped or cut unnoticed.
#pragma once

#include <vector>

#include "common/wire/control_message.hh"

namespace callgate::test {

std::vector<ControlMessage> control_samples();

}  // namespace callgate::test
