// SPDX-License-Identifier: GPL-2.0-or-later
// The file that node_exporter reads, perhaps while it is being replaced.
#pragma once

#include <string>

namespace callgate {

// The file always has the old text or the new one, never a part of it. All users may read it.
// Throws OsError.
void replace_metrics_file(const std::string& path, const std::string& text);

}  // namespace callgate
