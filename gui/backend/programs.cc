// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/backend/programs.hh"

#include <unistd.h>

#include <cstdlib>

#include "config.hh"

namespace callgate::gui {
namespace {

Words with_root(Words words, const std::string& root, const Words& more) {
  if (!root.empty()) words.insert(words.end(), {"--root", root});
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

// `installed`: the path in this installation, which pkexec needs, or a name to look for in PATH.
std::string path_of(const char* installed, const char* name) {
  const char* directory = std::getenv("PPTPCONFIG_PROGRAMS");
  if (auto path = std::string(directory ? directory : "") + "/" + name;
      directory && access(path.c_str(), X_OK) == 0)
    return path;
  return access(installed, X_OK) == 0 ? installed : name;
}

}  // namespace

Programs Programs::find(const std::string& root) {
  Programs programs;
  programs.pptpsetup = path_of(CALLGATE_SBIN_DIR "/pptpsetup", "pptpsetup");
  programs.pptp = path_of(CALLGATE_SBIN_DIR "/pptp", "pptp");
  programs.pptpctl = path_of(CALLGATE_BIN_DIR "/pptpctl", "pptpctl");
  programs.pkexec = path_of("/usr/bin/pkexec", "pkexec");
  programs.journalctl = path_of("/usr/bin/journalctl", "journalctl");
  programs.man = path_of("/usr/bin/man", "man");
  programs.expert = path_of(CALLGATE_LIBEXEC_DIR "/pptpsetup-expert", "pptpsetup-expert");
  programs.load_modules = path_of(CALLGATE_LIBEXEC_DIR "/load-ppp-modules", "load-ppp-modules");
  programs.root = root;
  programs.is_root = geteuid() == 0;
  return programs;
}

Words Programs::reading(const Words& words) const {
  return with_root({pptpsetup}, root, words);
}

Words Programs::writing(const Words& words) const {
  // pptpsetup refuses --root through pkexec, because the tree belongs to the user.
  if (is_root || !root.empty()) return reading(words);
  return with_root({pkexec, is_expert(words) ? expert : pptpsetup}, root, words);
}

}  // namespace callgate::gui
