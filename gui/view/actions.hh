// SPDX-License-Identifier: GPL-2.0-or-later
// What the user can ask for in the window. Session does it.
#pragma once

#include <memory>
#include <string>

#include "gui/model/change.hh"
#include "gui/model/diagnosis.hh"
#include "gui/model/import.hh"

namespace callgate::gui {

class Actions {
 public:
  virtual ~Actions() = default;

  virtual void select(const std::string& tunnel) = 0;
  virtual void connect(const std::string& tunnel) = 0;
  virtual void disconnect(const std::string& tunnel) = 0;
  // Reads all files again. `as_root`: by pkexec.
  virtual void reload(bool as_root) = 0;
  // Checks the words for pptpsetup a moment after the last call, while the user types.
  virtual void check(const Words& words, Answer answer) = 0;
  // What was checked has changed: the answer of a check that is still running is not told.
  virtual void stop_check() = 0;
  virtual void write(const Change& change, Answer answer) = 0;
  // Says why a change was refused, if the place where the user has asked for it shows something
  // else by now.
  virtual void tell_refusal(const std::string& tunnel, const Refusal& refusal) = 0;
  // Makes another tunnel with the same settings.
  virtual void duplicate(const std::string& tunnel, const std::string& name,
                         const std::string& password, Answer answer) = 0;
  // Copies the command that makes the tunnel.
  virtual void copy_command(const std::string& tunnel) = 0;
  virtual void show_help() = 0;
  virtual void load_modules(Answer answer) = 0;
  // Tests a server, or a tunnel with `--tunnel TUNNEL`. `failure`: the test could not be made. The
  // test is given up when nobody keeps what is returned.
  virtual std::shared_ptr<void> test(const Words& words, std::function<void(const TestLine&)> told,
                                     std::function<void(const std::string& failure)> ended) = 0;
  // Shows a report of the tunnel's log.
  virtual void report(const std::string& tunnel) = 0;
  virtual void read_import(const std::string& file,
                           std::function<void(const std::vector<Found>&)> found,
                           Answer refused) = 0;
  // The user has answered to the offer to import.
  virtual void note_import_offered() = 0;
};

}  // namespace callgate::gui
