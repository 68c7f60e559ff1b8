// SPDX-License-Identifier: GPL-2.0-or-later
// Options read from the --help of pptp and pptpsetup, and of worse.
#include "callmgr/pptpctl/help_text.hh"

#include "callmgr/pptpctl/completion.hh"
#include "tests/unit/catch.hh"

using namespace callgate;

TEST_CASE("options, their values and what they are for are read from a help text") {
  HelpText help(
      "Usage: dig --here HOLE\n\n"
      "Options, before or behind:\n"
      "  --phone NUMBER              number to dial\n"
      "  --sync                      In step\n"
      "  --start [TUNNEL]      start it\n"
      "  --password-file FILE  FILE has it\n"
      "  not an --option\n");
  const auto& options = help.command().options;
  REQUIRE(options.size() == 4);
  CHECK(options[0].name == std::string("--phone"));
  CHECK(options[0].value == std::string("NUMBER"));
  CHECK(options[0].what == std::string("number to dial"));
  CHECK(options[0].kind == Kind::text);
  CHECK(options[1].value == nullptr);
  CHECK(options[1].what == std::string("In step"));
  CHECK(options[2].kind == Kind::tunnel);
  CHECK(options[3].kind == Kind::file);
  CHECK(options[3].what == std::string("FILE has it"));
  CHECK(help.command().operands.empty());
}

TEST_CASE("a host among the operands is a server") {
  CHECK(HelpText("  pptp HOST [OPTIONS]\n").command().operands == std::vector{Kind::server});
}

TEST_CASE("its options are completed like those of a subcommand") {
  HelpText help("  --stop TUNNEL   hang up\n  --json   for programs\n");
  auto lookup = [](Kind) { return Candidates{{"work", ""}}; };
  auto words = [&](const Words& typed) {
    Words found;
    for (const auto& candidate : complete(help.command(), typed, lookup))
      found.push_back(candidate.word);
    return found;
  };
  CHECK(words({""}) == Words{"--stop", "--json"});
  CHECK(words({"--stop", ""}) == Words{"work"});
  CHECK(words({"--stop", "work", "--"}) == Words{"--json"});
}

TEST_CASE("texts that are no help yield nothing, and do no harm") {
  for (auto* text : {"", "\n", "  --", "  --\n  -- \n", "pptpsetup: not found"}) {
    HelpText help(text);
    CHECK(help.command().options.size() <= 2);
  }
}
