// SPDX-License-Identifier: GPL-2.0-or-later
// The uids that /etc/subuid (subuid(5)) lends to users for their user namespaces. A process in such
// a namespace keeps the groups of its user, so one member of our group could come as 65,536 users,
// with a quota for each. Pure.
#pragma once

#include <sys/types.h>

#include <string_view>
#include <vector>

namespace callgate {

class SubordinateUids {
 public:
  SubordinateUids() = default;
  // The text of the file: lines "USER:FIRST:COUNT". Others are passed over.
  explicit SubordinateUids(std::string_view text);

  bool contain(uid_t uid) const;

 private:
  struct Range {
    uid_t first, last;
  };
  std::vector<Range> ranges_;
};

}  // namespace callgate
