// SPDX-License-Identifier: GPL-2.0-or-later
// One attempt to bring the link up: a child that becomes the gateway, and its reports.
#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>

#include "common/channel/link_report.hh"
#include "common/system/unique_fd.hh"

namespace callgate {

class Attempt {
 public:
  // Forks the child, places its descriptors (common/channel/link_options.hh) and calls `dial` in
  // it. `log` is its standard error if it is not -1. Throws OsError.
  Attempt(int tun, int secret_holder, int log, const std::function<void()>& dial);

  pid_t pid() const { return pid_; }
  int fd() const { return reports_.get(); }  // readable when there is a report, or an end
  void close() { reports_.reset(); }         // the gateway then ends at once
  // nullopt: none is there. A record that is no report is dropped and logged.
  std::optional<LinkReport> next();
  // At the end of the other side. Then the child has ended, or is about to.
  bool at_end() const { return at_end_; }
  void signal(int number) const;
  // The gateway sends this IP packet when IPv4 is up.
  void pass(ByteSpan packet) const;

 private:
  pid_t pid_ = -1;
  UniqueFd reports_;
  bool at_end_ = false;
};

}  // namespace callgate
