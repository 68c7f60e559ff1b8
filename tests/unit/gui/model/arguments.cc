// SPDX-License-Identifier: GPL-2.0-or-later
// The command line of pptpconfig, which is that of pptpconfig 1.12 with more options.
#include "gui/model/arguments.hh"

#include "tests/unit/catch.hh"

using namespace callgate::gui;
using What = Arguments::What;

TEST_CASE("without words, or with a tunnel, the window opens") {
  CHECK(parse_arguments({}).what == What::window);
  auto arguments = parse_arguments({"work"});
  CHECK(arguments.what == What::window);
  CHECK(arguments.tunnel == "work");
  CHECK(arguments.opens_window());
}

TEST_CASE("start, stop and status of a tunnel need no window") {
  CHECK(parse_arguments({"work", "start"}).what == What::start);
  CHECK(parse_arguments({"work", "stop"}).what == What::stop);
  auto arguments = parse_arguments({"-q", "work", "status"});
  CHECK(arguments.what == What::status);
  CHECK(arguments.quiet);
  CHECK(!arguments.opens_window());
}

TEST_CASE("options may stand anywhere") {
  auto arguments = parse_arguments({"work", "--root", "/tmp/tree", "status", "--as-root"});
  CHECK(arguments.root == "/tmp/tree");
  CHECK(arguments.as_root);
  CHECK(arguments.what == What::status);
  CHECK(parse_arguments({"--root=/tmp/tree"}).root == "/tmp/tree");
  CHECK(parse_arguments({"--version"}).what == What::version);
  CHECK(parse_arguments({"--help"}).what == What::help);
}

TEST_CASE("a wrong word is named") {
  auto mistake = [](const std::vector<std::string>& words) {
    auto arguments = parse_arguments(words);
    CHECK(arguments.what == What::wrong);
    return arguments.mistake;
  };
  CHECK(mistake({"--unknown"}) == "there is no option --unknown");
  CHECK(mistake({"--root"}) == "--root needs a directory");
  CHECK(mistake({"work", "restart"}).find("restart") != std::string::npos);
  CHECK(mistake({"work", "start", "now"}) == "there is one word too many: now");
}

TEST_CASE("every option is in the help") {
  for (const char* word :
       {"--new", "--import", "--quiet", "--as-root", "--root", "--version", "--help"})
    CHECK(usage().find(word) != std::string::npos);
}

TEST_CASE("a new tunnel and an import open the window") {
  CHECK(parse_arguments({"--new"}).create);
  CHECK(parse_arguments({"--import", "/etc/pptpconfig/tunnels"}).import ==
        "/etc/pptpconfig/tunnels");
  CHECK(parse_arguments({"--import=x"}).import == "x");
  CHECK(parse_arguments({"--import"}).mistake == "--import needs a file");
}
