// SPDX-License-Identifier: GPL-2.0-or-later
// The runner of every unit-* executable, compiled once: with Catch2 2.x it is the slow part.
#define CATCH_CONFIG_RUNNER
#include "tests/unit/catch.hh"

int main(int argc, char* argv[]) {
  return Catch::Session().run(argc, argv);
}
