// SPDX-License-Identifier: GPL-2.0-or-later
// The journal as lines of text: only what programs say that have to do with tunnels.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

struct sd_journal;

namespace callgate {

// All lines of this boot. Throws OsError.
void read_journal(const std::function<void(std::string_view)>& sink);

// The lines of a tunnel's unit, pptp@TUNNEL.service, from its last start on.
class TunnelJournal {
 public:
  // Throws OsError.
  explicit TunnelJournal(const std::string& tunnel);

  struct Entry {
    std::string line;
    std::chrono::system_clock::time_point time;
  };
  // Returns false if there is no entry yet.
  bool next(Entry& entry);
  void wait(std::chrono::milliseconds most);

 private:
  struct Close {
    void operator()(sd_journal* journal) const;
  };
  std::string tunnel_;
  std::unique_ptr<sd_journal, Close> journal_;
};

}  // namespace callgate
