// SPDX-License-Identifier: GPL-2.0-or-later
// What a shell offers for the word under the cursor, from the table of subcommands. Pure: what is
// there only at this moment is asked of the caller.
#pragma once

#include <functional>

#include "callmgr/pptpctl/arguments.hh"

namespace callgate {

struct Candidate {
  std::string word;
  std::string what;  // may be empty
};
using Candidates = std::vector<Candidate>;

// Of a kind of operand or value. Nothing for what the shell knows itself, and for free text.
using Lookup = std::function<Candidates(Kind)>;

// A word that no command line can have, in place of candidates: the shell is to offer its files.
constexpr const char* kFilesWanted = ":files";
constexpr const char* kDirectoriesWanted = ":directories";

// `words`: what is typed behind the program's name, the last one being completed; it may be empty.
Candidates complete(const std::vector<Subcommand>& table, const Words& words, const Lookup& lookup);
// The same behind a subcommand, or a program without any.
Candidates complete(const Subcommand& command, const Words& words, const Lookup& lookup);

}  // namespace callgate
