// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/model/arguments.hh"

#include <map>

#include "gui/model/translate.hh"

namespace callgate::gui {
namespace {

using What = Arguments::What;

Arguments wrong(const std::string& mistake) {
  Arguments arguments;
  arguments.what = What::wrong;
  arguments.mistake = mistake;
  return arguments;
}

}  // namespace

Arguments parse_arguments(const std::vector<std::string>& words) {
  static const std::map<std::string, What> kVerbs{
      {"start", What::start}, {"stop", What::stop}, {"status", What::status}};
  Arguments arguments;
  std::vector<std::string> plain;
  for (size_t i = 0; i < words.size(); ++i) {
    const auto& word = words[i];
    if (word == "--help" || word == "-h")
      arguments.what = What::help;
    else if (word == "--version")
      arguments.what = What::version;
    else if (word == "-q" || word == "--quiet")
      arguments.quiet = true;
    else if (word == "--as-root")
      arguments.as_root = true;
    else if (word == "--new")
      arguments.create = true;
    else if (word == "--import" && i + 1 < words.size())
      arguments.import = words[++i];
    else if (word.starts_with("--import="))
      arguments.import = word.substr(9);
    else if (word == "--import")
      return wrong(_("--import needs a file"));
    else if (word == "--root" && i + 1 < words.size())
      arguments.root = words[++i];
    else if (word.starts_with("--root="))
      arguments.root = word.substr(7);
    else if (word == "--root")
      return wrong(_("--root needs a directory"));
    else if (word.starts_with("-"))
      return wrong(fill(_("there is no option {}"), word));
    else
      plain.push_back(word);
  }
  if (arguments.what != What::window || plain.empty()) return arguments;
  arguments.tunnel = plain[0];
  if (plain.size() == 1) return arguments;
  auto verb = kVerbs.find(plain[1]);
  if (plain.size() > 2) return wrong(fill(_("there is one word too many: {}"), plain[2]));
  if (verb == kVerbs.end())
    return wrong(fill(_("after a tunnel, there can be start, stop or status, not {}"), plain[1]));
  arguments.what = verb->second;
  return arguments;
}

std::string usage() {
  return _(
      "Usage: pptpconfig [TUNNEL | --new | --import FILE]\n"
      "       pptpconfig [-q] TUNNEL {start | stop | status}\n"
      "\n"
      "  --quiet, -q            print nothing but errors\n"
      "  --new                  open the page for a new tunnel\n"
      "  --import FILE          show what tunnels a file of another program has\n"
      "  --as-root              open the window although you are root\n"
      "  --root DIRECTORY       use the files below DIRECTORY\n"
      "  --version              print the version\n"
      "  --help                 print this text\n");
}

}  // namespace callgate::gui
