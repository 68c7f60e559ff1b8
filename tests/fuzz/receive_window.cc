// SPDX-License-Identifier: GPL-2.0-or-later
// Packets may come in any order. pppd gets no number twice and none after a higher one, unless the
// window follows another numbering, and nothing waits longer than the timeout. Input: the window,
// then five bytes for each packet: a byte for the time since the last one, for other content and
// for a proof, and its number.
#include "gre/receive_window.hh"

#include <utility>

#include "tests/fuzz/fuzz.hh"

using namespace callgate;

namespace {

constexpr Duration kTimeout{300};

struct Sink {
  ReceiveWindow& window;
  const Statistics& statistics;
  std::optional<Sequence> last;
  uint64_t resyncs = 0;

  void deliver(ByteSpan frame) {
    Sequence number;
    Reader(frame).get(number.number);
    bool followed = std::exchange(resyncs, statistics.rx_resyncs) != resyncs;
    fuzz::require(!last || followed || number - *last > 0);
    last = number;
  }

  void pop(TimePoint now) {
    while (auto frame = window.pop(now)) deliver(*frame);
    auto deadline = window.next_deadline();
    fuzz::require(!deadline || (*deadline > now && *deadline <= now + kTimeout));
    fuzz::require(window.timeout() >= ReorderTimeout::kLeast && window.timeout() <= kTimeout);
  }
};

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Reader input({data, size});
  uint8_t missing = 0, pause = 0;
  input(missing);
  Statistics statistics;
  ReceiveWindow window({.missing = missing, .timeout = kTimeout, .buffering = missing != 255},
                       statistics);
  Sink sink{window, statistics};
  TimePoint now{};
  Sequence number;
  for (input(pause, number.number); input.ok(); input(pause, number.number)) {
    now += Duration(pause * 10);
    if (pause & 1) window.path(std::chrono::milliseconds(pause));
    sink.pop(now);
    Bytes frame;
    Writer writer(frame);
    writer(number.number, static_cast<uint8_t>(pause & 2));
    bool proof = pause % 64 == 63;
    if (window.offer(number, frame, now, proof) == ReceiveWindow::Verdict::in_order)
      sink.deliver(frame);
    sink.pop(now);
  }
  return 0;
}
