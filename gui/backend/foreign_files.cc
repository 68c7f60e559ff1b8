// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/backend/foreign_files.hh"

#include <glibmm/miscutils.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace callgate::gui {
namespace {

namespace fs = std::filesystem;

constexpr size_t kSize = 64 << 10;  // bytes of a file that are looked at
constexpr auto kServerOfPptpCommand = "# Server IP:";

std::string begin_of(const fs::path& path) {
  std::string text(kSize, '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(file.gcount()));
  return text;
}

// The old pptp-command kept the server as a comment. A file with a line pty is a tunnel already.
bool is_of_pptp_command(const fs::path& path) {
  std::istringstream lines(begin_of(path));
  bool has_server = false;
  for (std::string line, word; std::getline(lines, line);) {
    has_server |= line.starts_with(kServerOfPptpCommand);
    if (std::istringstream(line) >> word && word == "pty") return false;
  }
  return has_server;
}

// A directory that the user may not read has no entries for them.
std::vector<fs::path> entries_of(const std::string& directory) {
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end;
       entry.increment(error))
    if (entry->is_regular_file(error)) found.push_back(entry->path());
  std::sort(found.begin(), found.end());
  return found;
}

fs::path stamp() {
  return fs::path(Glib::get_user_config_dir()) / "callgate" / "import-offered";
}

}  // namespace

Words foreign_files(const std::string& root) {
  Words found;
  std::error_code error;
  for (const char* tunnels : {"/etc/pptpconfig/tunnels", "/etc/pptp-php-gtk/tunnels"})
    if (fs::is_regular_file(root + tunnels, error)) found.push_back(root + tunnels);
  for (const auto& path : entries_of(root + "/etc/NetworkManager/system-connections"))
    if (begin_of(path).find("org.freedesktop.NetworkManager.pptp") != std::string::npos)
      found.push_back(path.string());
  // A link, such as __default, leads to a file that is found by itself.
  for (const auto& path : entries_of(root + "/etc/ppp/peers"))
    if (!fs::is_symlink(path, error) && is_of_pptp_command(path)) found.push_back(path.string());
  return found;
}

bool was_import_offered() {
  std::error_code error;
  return fs::exists(stamp(), error);
}

void note_import_offered() {
  std::error_code error;
  fs::create_directories(stamp().parent_path(), error);
  std::ofstream file(stamp());
}

}  // namespace callgate::gui
