// SPDX-License-Identifier: GPL-2.0-or-later
// Where a capture is written: a new file that only its owner can read, or standard output.
#pragma once

#include <string>

#include "common/system/unique_fd.hh"
#include "common/wire/bytes.hh"

namespace callgate {

class PcapOutput {
 public:
  // "-" is standard output, which must not be a terminal. Throws OsError and UsageError.
  explicit PcapOutput(std::string name);
  ~PcapOutput();  // removes a file to which nothing was written
  PcapOutput(PcapOutput&&) = delete;

  // Writes all of it. Returns false if the reader has gone, or if `interrupt` became readable while
  // the reader did not read.
  bool write(ByteSpan bytes, int interrupt);

 private:
  bool has_room(int interrupt) const;

  std::string name_;
  UniqueFd fd_;
  bool empty_ = true;
};

}  // namespace callgate
