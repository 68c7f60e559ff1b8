// SPDX-License-Identifier: GPL-2.0-or-later
// What pptpctl's subcommands print, each in a file of its own: pptpctl_*_text.cc. Pure.
#pragma once

#include "callmgr/pptpctl/snapshot.hh"

namespace callgate {

using Lines = std::vector<std::string>;

// status, and watch if there is a snapshot to compare with: rates, and the loss since then.
Lines status_lines(const Snapshot& now);
Lines watch_lines(const Snapshot& now, const Snapshot& before, bool with_headings = true);

std::string status_json(const Snapshot& now);  // of doc/status.schema.json
std::string statistic_key(const Statistic& row);

Lines show_lines(const Found& found);
// Without `change`, no rates.
Lines stats_lines(const Found& found, const std::optional<Change>& change);

// Tab-separated. The order is that of pptpctl(1), and frozen: columns are only ever appended.
Lines dump_lines(const Snapshot& now);

// OpenMetrics, or the text format of Prometheus before it, which is all that node_exporter's
// textfile collector reads.
enum class MetricsFormat : uint8_t { open_metrics, prometheus };
std::string metrics_text(const Snapshot& now, MetricsFormat format);

}  // namespace callgate
