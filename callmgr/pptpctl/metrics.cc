// SPDX-License-Identifier: GPL-2.0-or-later
// pptpctl metrics: for Prometheus; to standard output, or into a file for node_exporter.
#include <fmt/format.h>

#include <cstdio>

#include "callmgr/pptpctl/commands.hh"
#include "callmgr/pptpctl/metrics_file.hh"
#include "callmgr/pptpctl/print/render.hh"

namespace callgate {

int metrics_command(const Arguments& arguments) {
  auto text = metrics_text(fetch_snapshot());
  if (arguments.has("textfile"))
    replace_metrics_file(arguments.value("textfile"), text);
  else
    fmt::print("{}", text);
  return 0;
}

}  // namespace callgate
