// SPDX-License-Identifier: GPL-2.0-or-later
// What a person reads on standard error. The same lines go to syslog or the journal, where one is.
#include "common/system/log.hh"

#include "tests/unit/catch.hh"
#include "tests/unit/child.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

// Standard error of a process that opens its log so and then runs `code`, without "[pid]".
template <typename Code>
std::string logged(log::Settings settings, Code code) {
  settings.ident = "callgate-unit-test";
  auto child = run_in_child([&] {
    log::open(settings);
    code();
    return 0;
  });
  CHECK(child.status == 0);
  std::string text = child.output;
  for (size_t open; (open = text.find('[')) != std::string::npos;)
    text.erase(open, text.find(']', open) - open + 1);
  return text;
}

void one_of_each() {
  log::error("an error");
  log::warning("a warning");
  log::notice("a notice");
  log::debug("a detail");
}

}  // namespace

TEST_CASE("a log line has the program's name and process id") {
  auto child = run_in_child([] {
    log::open({.ident = "callgate-unit-test"});
    log::warning("call {} of {}", 3, "vpn.example.net");
    return 0;
  });
  CHECK(child.output.starts_with("callgate-unit-test["));
  CHECK(child.output.ends_with("]: call 3 of vpn.example.net\n"));
}

TEST_CASE("only errors and warnings go to standard error unless more is asked for") {
  CHECK(logged({}, one_of_each) ==
        "callgate-unit-test: an error\n"
        "callgate-unit-test: a warning\n");
  CHECK(logged({.verbosity = log::Level::debug, .to_stderr = log::Level::debug}, one_of_each) ==
        "callgate-unit-test: an error\n"
        "callgate-unit-test: a warning\n"
        "callgate-unit-test: a notice\n"
        "callgate-unit-test: a detail\n");
}

TEST_CASE("what the verbosity leaves out goes nowhere") {
  CHECK(logged({.verbosity = log::Level::error, .to_stderr = log::Level::debug}, one_of_each) ==
        "callgate-unit-test: an error\n");
}

TEST_CASE("--logstring stands before every line") {
  CHECK(logged({.name = "office"}, [] { log::error("an error"); }) ==
        "callgate-unit-test: office: an error\n");
}

// The last lock on the door: whoever forgot printable() cannot forge a line or drive a terminal.
TEST_CASE("control characters in a log line are shown, not obeyed") {
  CHECK(logged({}, [] { log::error("{}", "a\nforged\x1b]2;title\x07\x7f"); }) ==
        "callgate-unit-test: a\\x0aforged\\x1b]2;title\\x07\\x7f\n");
}

TEST_CASE("8-bit control sequences and marks of direction in a log line are shown, not obeyed") {
  CHECK(logged({.name = "A\x9b"
                        "2J"},
               [] {
                 log::error("{}",
                            "\xc2\x9b"
                            "2J vpn\xe2\x80\xaetxt");
               }) == "callgate-unit-test: A\\x9b2J: \\xc2\\x9b2J vpn\\xe2\\x80\\xaetxt\n");
}

TEST_CASE("a text that is printable already is logged as it is") {
  CHECK(logged({}, [] { log::error("{}", "\\x1b caf\xc3\xa9"); }) ==
        "callgate-unit-test: \\x1b caf\xc3\xa9\n");
}

TEST_CASE("a closed standard error does not stop the process") {
  auto child = run_in_child([] {
    log::open({.ident = "callgate-unit-test"});
    close(STDERR_FILENO);
    log::error("nobody reads this");
    return 7;
  });
  CHECK(child.status == 7);
}
