// SPDX-License-Identifier: GPL-2.0-or-later
// pppd's options in the order in which pppd reads them: those of its files, with the files that
// they name, and those of the command line.
#pragma once

#include <functional>

#include "common/pppd/pppd_words.hh"

namespace callgate {

struct OptionText {
  std::string text;
  int error = 0;  // errno if it could not be read
};
using OptionLoader = std::function<OptionText(const std::string& path)>;

struct ReadOption {
  PppdWord name, value;  // the value is empty if the option takes none
  bool lacks_value = false;
  std::string path;  // of the file; empty: the command line

  std::string where() const;  // "line 4 of /etc/ppp/peers/work"
};

struct UnreadFile {
  std::string path;
  int error;  // errno; ELOOP: too many files
  bool needed;
};

class OptionReader {
 public:
  explicit OptionReader(const OptionLoader& load) : load_(load) {}

  // Returns errno if the file cannot be read. pppd continues without a file that is not needed.
  int read_file(const std::string& path, bool needed = true);
  void read_words(const std::vector<std::string>& words);

  const std::vector<ReadOption>& options() const { return options_; }
  const std::vector<UnreadFile>& unread() const { return unread_; }

 private:
  void take(const std::vector<PppdWord>& words, const std::string& path);
  void include(const std::string& option, const std::string& value);

  const OptionLoader& load_;
  std::vector<ReadOption> options_;
  std::vector<UnreadFile> unread_;
  size_t files_ = 0;
};

constexpr const char* kPppdOptions = "/etc/ppp/options";
constexpr const char* kPeers = "/etc/ppp/peers/";

// pppd refuses a name that would lead out of its directory of peers files.
bool is_peers_name(std::string_view name);

}  // namespace callgate
