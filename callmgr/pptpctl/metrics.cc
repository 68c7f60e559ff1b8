// SPDX-License-Identifier: GPL-2.0-or-later
// pptpctl metrics: for Prometheus; to standard output, or into a file that node_exporter reads.
#include <fmt/format.h>

#include <cstdio>

#include "callmgr/pptpctl/pptpctl.hh"
#include "callmgr/pptpctl/print/render.hh"
#include "callmgr/pptpctl/text_file.hh"

namespace callgate {

int metrics_command(const Arguments& arguments) {
  auto snapshot = fetch_snapshot();
  if (arguments.has("--textfile"))
    replace_text_file(arguments.value("--textfile"),
                      metrics_text(snapshot, MetricsFormat::prometheus));
  else
    fmt::print("{}", metrics_text(snapshot, MetricsFormat::open_metrics));
  return 0;
}

}  // namespace callgate
