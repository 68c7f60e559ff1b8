// SPDX-License-Identifier: GPL-2.0-or-later
// When the gateway pauses to let a few packets arrive. The time is simulated.
#include "gre/pace.hh"

#include "tests/unit/catch.hh"

using namespace callgate;
using us = std::chrono::microseconds;

namespace {

struct Turns {
  Pace pace;
  TimePoint now{std::chrono::hours(1)};
  uint64_t moved = 0;  // packets
  int pauses = 0;

  bool turn(us since_the_last, uint64_t packets) {
    now += since_the_last;
    moved += packets;
    bool pause = pace.pause_after(moved, now);
    pauses += pause;
    return pause;
  }
};

}  // namespace

TEST_CASE("packets that come one by one in quick succession are taken together") {
  Turns turns;
  int turn = 0;  // number of turns that closely follow another
  while (!turns.turn(us(50), 1)) turn++;
  CHECK(turn == Pace::kFirstTrial);
  for (int i = 0; i < 1000; i++) CHECK(turns.turn(us(170), 3));
}

TEST_CASE("lone packets are never held back") {
  Turns turns;
  for (int i = 0; i < 10'000; i++) turns.turn(us(201), 1);
  CHECK(turns.pauses == 0);
}

TEST_CASE("a turn that moved nothing is no packet") {
  Turns turns;
  for (int i = 0; i < 10'000; i++) turns.turn(us(10), i % 100 == 0);
  CHECK(turns.pauses == 0);
}

TEST_CASE("the first pause that does not pay is the last one") {
  Turns turns;
  while (!turns.turn(us(50), 1)) {
  }
  CHECK(turns.turn(us(170), 3));
  CHECK_FALSE(turns.turn(us(170), 2));
  CHECK_FALSE(turns.turn(us(50), 1));
}

// A pause would make each exchange on a fast network take half as long again.
TEST_CASE("where each packet answers one of ours, next to none is held back") {
  Turns turns;
  for (int i = 0; i < 100'000; i++) turns.turn(us(80), 2);
  CHECK(turns.pauses < 110);
}
