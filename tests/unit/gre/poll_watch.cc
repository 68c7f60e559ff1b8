// SPDX-License-Identifier: GPL-2.0-or-later
// Waiting for descriptors gives the same answers as poll(2).
#include "gre/poll_watch.hh"

#include <fcntl.h>
#include <unistd.h>

#include "common/system/os_error.hh"
#include "common/system/unique_fd.hh"
#include "tests/unit/catch.hh"

using namespace callgate;
using namespace std::chrono_literals;

namespace {

struct Pipe {
  UniqueFd out, in;

  Pipe() {
    int fds[2];
    check(pipe2(fds, O_NONBLOCK), "make a pipe");
    out.reset(fds[0]);
    in.reset(fds[1]);
  }
  void put() const { check(write(in.get(), "x", 1), "write"); }
};

}  // namespace

TEST_CASE("only what is wanted is reported, as long as it is so") {
  Pipe a, b;
  PollWatch watch({a.out.get(), b.out.get(), b.in.get()});
  a.put();
  b.put();
  watch.want(1, POLLIN);
  for (int i = 0; i < 2; i++) {
    watch.wait(std::nullopt);
    CHECK(watch.ready(0) == 0);
    CHECK(watch.ready(1) == POLLIN);
    CHECK(watch.ready(2) == 0);
  }
  watch.want(1, 0);
  watch.want(2, POLLOUT);
  watch.wait(std::nullopt);
  CHECK(watch.ready(1) == 0);
  CHECK(watch.ready(2) == POLLOUT);
}

TEST_CASE("a hang-up is reported unasked") {
  Pipe pipe;
  PollWatch watch({pipe.out.get()});
  pipe.in.reset();
  watch.wait(std::nullopt);
  CHECK(watch.ready(0) == POLLHUP);
}

TEST_CASE("a wait ends with its time, and not before") {
  Pipe pipe;
  PollWatch watch({pipe.out.get()});
  watch.want(0, POLLIN);
  auto start = Clock::now();
  watch.wait(2'500us);
  CHECK(Clock::now() - start >= 2'500us);
  watch.wait(0s);
  CHECK(watch.ready(0) == 0);
}

TEST_CASE("the same file by two descriptors is two") {
  Pipe pipe;
  UniqueFd again(dup(pipe.in.get()));
  PollWatch watch({pipe.in.get(), again.get()});
  watch.want(1, POLLOUT);
  watch.wait(std::nullopt);
  CHECK(watch.ready(0) == 0);
  CHECK(watch.ready(1) == POLLOUT);
}

TEST_CASE("what cannot be waited for is always ready, if it is wanted") {
  UniqueFd null(open("/dev/null", O_RDONLY | O_CLOEXEC));
  Pipe pipe;
  PollWatch watch({null.get(), pipe.out.get()});
  watch.want(1, POLLIN);
  pipe.put();
  watch.wait(std::nullopt);
  CHECK(watch.ready(0) == 0);
  watch.want(0, POLLIN);
  watch.wait(std::nullopt);
  CHECK(watch.ready(0) == POLLIN);
  CHECK(watch.ready(1) == POLLIN);
}

TEST_CASE("what is assumed stands until the next wait, and excludes everything else") {
  Pipe a, b;
  PollWatch watch({a.out.get()});
  watch.add(b.out.get());
  watch.want(1, POLLIN);
  b.put();
  watch.wait(std::nullopt);
  CHECK(watch.asked());
  CHECK(watch.assume({{0, POLLIN}, {1, 0}}));
  CHECK_FALSE(watch.asked());
  CHECK(watch.ready(0) == POLLIN);
  CHECK(watch.ready(1) == 0);
  watch.wait(std::nullopt);
  CHECK(watch.asked());
  CHECK(watch.ready(0) == 0);
  CHECK(watch.ready(1) == POLLIN);
}

TEST_CASE("an assumption that nothing is ready is none") {
  Pipe pipe;
  PollWatch watch({pipe.out.get()});
  watch.want(0, POLLIN);
  pipe.put();
  watch.wait(std::nullopt);
  CHECK_FALSE(watch.assume({{0, 0}}));
  CHECK(watch.ready(0) == POLLIN);
}

TEST_CASE("after a few assumptions in a row the descriptors have to be asked") {
  Pipe pipe;
  PollWatch watch({pipe.out.get()});
  for (int round = 0; round < 2; round++) {
    for (int i = 0; i < PollWatch::kMostAssumed; i++) CHECK(watch.assume({{0, POLLIN}}));
    CHECK_FALSE(watch.assume({{0, POLLIN}}));
    watch.wait(0s);
  }
}
