// SPDX-License-Identifier: GPL-2.0-or-later
// Whatever the server sends and whenever, with whatever is asked of the connection in between: no
// step follows Close, every call ends once, and no deadline stays behind.
#include "callmgr/control/control_connection.hh"

#include "tests/fuzz/fuzz.hh"

using namespace callgate;

namespace {

struct Observer {
  void note(const Steps& steps) {
    for (const auto& step : steps) {
      fuzz::require(!closed);
      if (std::holds_alternative<Close>(step)) closed = true;
      if (auto* over = std::get_if<CallOver>(&step))
        fuzz::require(over->call_id == CallId{1} && calls-- == 1);
    }
  }
  bool closed = false;
  int calls = 0;
};

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  ControlConnection core({}, "server");
  Observer observer;
  TimePoint now{};
  observer.note(core.connected("server (192.0.2.1)", now));
  fuzz::in_chunks({data, size}, [&](ByteSpan chunk) {
    if (observer.closed) return;
    observer.note(core.received(chunk, now));
    if (core.state() == ControlConnection::State::established && observer.calls == 0) {
      observer.calls = 1;
      observer.note(core.request_call({.call_id = CallId{1}}, now));
    }
    if (chunk[0] & 1) observer.note(core.clear_call(CallId{1}, now));
    now += Duration(chunk[0] * 100);
    if (auto deadline = core.deadline(); deadline && now >= *deadline)
      observer.note(core.tick(now));
  });
  observer.note(core.abort({}));
  fuzz::require(observer.closed && observer.calls == 0 && core.calls().empty() && !core.deadline());
  return 0;
}
