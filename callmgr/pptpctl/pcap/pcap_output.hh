// SPDX-License-Identifier: GPL-2.0-or-later
// Where a capture goes: a new file that is nobody else's to read, or standard output.
#pragma once

#include <string>

#include "common/system/unique_fd.hh"
#include "common/wire/bytes.hh"

namespace callgate {

class PcapOutput {
 public:
  // Standard output is "-", and not a terminal. Throws OsError and UsageError.
  explicit PcapOutput(std::string name);
  ~PcapOutput();  // removes a file that nothing was written to: there was nothing to capture
  PcapOutput(PcapOutput&&) = delete;

  // All of it. False: the reader has gone, or `interrupt` became readable while it did not read.
  bool write(ByteSpan bytes, int interrupt);

 private:
  bool has_room(int interrupt) const;

  std::string name_;
  UniqueFd fd_;
  bool empty_ = true;
};

}  // namespace callgate
