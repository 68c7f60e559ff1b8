// SPDX-License-Identifier: GPL-2.0-or-later
// What the subcommands of pptpctl print. Each has its own file. Pure.
#pragma once

#include "callmgr/pptpctl/snapshot.hh"

namespace callgate {

using Lines = std::vector<std::string>;

// The tables of status and watch. Compared with `before`, watch has rates, and the loss since then.
Lines status_lines(const Snapshot& now);
Lines watch_lines(const Snapshot& now, const Snapshot& before, bool with_headings = true);

std::string status_json(const Snapshot& now);  // as in doc/status.schema.json
// The same in one line, with the time and with the rates since `before`.
std::string watch_json(const Snapshot& now, const Snapshot& before, std::string_view time);
std::string statistic_key(const Statistic& row);

Lines show_lines(const CallOnConnection& found);
// Has rates if there is a `change`.
Lines stats_lines(const CallOnConnection& found, const std::optional<Change>& change);

// Separated by tabs. pptpctl(1) documents the order, which is frozen: new columns are appended.
Lines dump_lines(const Snapshot& now);

// The text format of Prometheus.
std::string metrics_text(const Snapshot& now);

}  // namespace callgate
