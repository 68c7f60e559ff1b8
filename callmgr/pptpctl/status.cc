// SPDX-License-Identifier: GPL-2.0-or-later
// pptpctl status: the connections and calls of the manager, as a table or as JSON. pptpctl dump:
// the same for scripts.
#include <fmt/format.h>

#include <cstdio>

#include "callmgr/pptpctl/commands.hh"
#include "callmgr/pptpctl/print/render.hh"

namespace callgate {
namespace {

Snapshot fetch() {
  auto snapshot = fetch_snapshot();
  if (!snapshot.running) say_not_running();
  return snapshot;
}

}  // namespace

int status_command(const Arguments& arguments) {
  auto snapshot = fetch();
  if (arguments.has("json"))
    fmt::print("{}\n", status_json(snapshot));
  else
    fmt::print("{}\n", fmt::join(status_lines(snapshot), "\n"));
  return 0;
}

int dump_command(const Arguments&) {
  for (const auto& line : dump_lines(fetch())) fmt::print("{}\n", line);
  return 0;
}

}  // namespace callgate
