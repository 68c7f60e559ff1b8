// SPDX-License-Identifier: GPL-2.0-or-later
// Precompiled: half of the time of compiling a small test is reading these.
#include <fmt/format.h>

#include "tests/unit/catch.hh"
