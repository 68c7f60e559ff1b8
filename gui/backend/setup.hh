// SPDX-License-Identifier: GPL-2.0-or-later
// Runs pptpsetup: as the user to read and to check, and through pkexec to write.
#pragma once

#include <list>
#include <memory>

#include "gui/backend/process.hh"
#include "gui/backend/programs.hh"
#include "gui/backend/reply.hh"
#include "gui/model/import.hh"
#include "gui/model/tunnel.hh"

namespace callgate::gui {

class Setup {
 public:
  explicit Setup(Programs programs) : programs_(std::move(programs)) {}

  // `as_root`: the user may not read the files, and has agreed to enter a password.
  void list(bool as_root, Reply<std::vector<Tunnel>> reply);
  void show(const std::string& tunnel, bool as_root, Reply<Settings> reply);
  // Gives the command that makes this tunnel.
  void command(const std::string& tunnel, bool as_root, Reply<std::string> reply);
  // Checks --create or --edit and writes nothing.
  void check(const Words& words, Reply<Done> reply);
  void write(const Change& change, Reply<Done> reply);
  void import(const std::string& file, Reply<std::vector<Found>> reply);
  void load_modules(Reply<Done> reply);
  // Whether the tunnel is up.
  void status(const std::string& tunnel, Reply<bool> reply);

 private:
  using Ended = std::function<void(const Process::Output&)>;
  void write_part(const Change& change, Reply<Done> reply);
  void run(const Words& words, const std::string& input, Ended ended);

  Programs programs_;
  std::list<std::unique_ptr<Process>> running_;
};

// Why a program has failed: its own sentence, or what it printed to standard error.
Refusal refusal_of(const Words& words, const Process::Output& output);

}  // namespace callgate::gui
