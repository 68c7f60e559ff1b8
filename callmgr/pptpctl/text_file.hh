// SPDX-License-Identifier: GPL-2.0-or-later
// A file that others read while it is written.
#pragma once

#include <string>

namespace callgate {

// The file has the old text or the new one, never a part, and everybody may read it. Throws
// OsError.
void replace_text_file(const std::string& path, const std::string& text);

}  // namespace callgate
