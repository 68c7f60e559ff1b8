// SPDX-License-Identifier: GPL-2.0-or-later
// Changes of tunnels as words for pptpsetup, and the part of them that needs a password each time.
#include "gui/model/change.hh"

#include "gui/model/import.hh"
#include "tests/unit/catch.hh"

using namespace callgate::gui;

TEST_CASE("a password is not among the words") {
  Settings before;
  before.name = "work";
  auto change = edit(before, before, "secret");
  CHECK(change.words == Words{"--edit", "work", "--password-stdin"});
  CHECK(change.password == "secret");
  CHECK(edit(before, before, "").words == Words{"--edit", "work"});
}

// The user may look at another one when the change is made.
TEST_CASE("an edit does not lead back to its tunnel") {
  Settings settings;
  settings.name = "work";
  CHECK(edit(settings, settings, "secret").select.empty());
  CHECK(repair_tunnel("work").select.empty());
}

TEST_CASE("a tunnel is renamed, deleted, and made") {
  CHECK(rename_tunnel("work", "office").words == Words{"--edit", "work", "--rename", "office"});
  CHECK(rename_tunnel("work", "office").select == "office");
  CHECK(repair_tunnel("work").words == Words{"--edit", "work", "--repair", "all"});
  CHECK(delete_tunnel("work").words == Words{"--delete", "work"});
  Settings settings;
  settings.options = {"--create", "work",      "--server", "s",     "--table", "7",
                      "--from",   "192.0.2.1", "--pap",    "--vrf", "blue"};
  auto copy = copy_tunnel(settings, "office", "secret");
  CHECK(copy.words == Words{"--create", "office", "--server", "s", "--pap", "--password-stdin"});
  CHECK(copy.select == "office");
  settings.name = "new";
  auto made = create(settings, "secret", true);
  CHECK(made.words.front() == "--create");
  CHECK(made.words.back() == "--password-stdin");
  CHECK(made.connect);
  CHECK(made.select == "new");
}

TEST_CASE("lines that may run programs are split off") {
  Change change{{"--edit", "work", "--mtu", "1400", "--pppd-line", "plugin x.so", "--persist",
                 "--pptp-option", "--sync"},
                "",
                "work",
                true};
  auto parts = split(change);
  CHECK(parts.ordinary.words == Words{"--edit", "work", "--mtu", "1400", "--persist"});
  CHECK(!parts.ordinary.connect);
  CHECK(parts.expert.words ==
        Words{"--edit", "work", "--pppd-line", "plugin x.so", "--pptp-option", "--sync"});
  CHECK(parts.expert.connect);
}

TEST_CASE("a change has only the parts that it needs") {
  CHECK(split(delete_tunnel("work")).expert.words.empty());
  CHECK(split({{"--edit", "work", "--pppd-line", "novj"}, "", "", false}).ordinary.words.empty());
  auto made = split({{"--create", "new", "--pppd-line", "novj"}, "", "", false});
  CHECK(made.ordinary.words == Words{"--create", "new"});
  CHECK(made.expert.words == Words{"--edit", "new", "--pppd-line", "novj"});
}

TEST_CASE("tunnels of other programs are read, with what becomes of each field") {
  auto found = parse_found(R"([{"tunnel": "work", "source": "pptpconfig",
    "options": ["--create", "work", "--server", "s"], "password_in_file": true,
    "fields": [{"field": "server", "value": "s", "result": "taken", "options": []},
               {"field": "plugin", "value": "x.so", "result": "runs a program"},
               {"field": "new", "value": "", "result": "of a later version"}]}, {"tunnel": ""}, 5])");
  REQUIRE(found);
  REQUIRE(found->size() == 1);
  const auto& work = found->front();
  CHECK(work.password_in_file);
  REQUIRE(work.fields.size() == 3);
  CHECK(!work.fields[0].warns);
  CHECK(work.fields[1].warns);
  CHECK(work.fields[2].result == "of a later version");
  CHECK(import(work, "secret").words ==
        Words{"--create", "work", "--server", "s", "--password-stdin"});
  CHECK(!parse_found("{}"));
  CHECK(!parse_found(""));
}
