// SPDX-License-Identifier: GPL-2.0-or-later
// Texts that several steps use.
#pragma once

#include <string>

#include "common/wire/ids.hh"

namespace callgate::diagnose::live {

std::string in_seconds(Duration duration);  // "2.5 s"

}  // namespace callgate::diagnose::live
