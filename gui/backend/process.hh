// SPDX-License-Identifier: GPL-2.0-or-later
// A program that runs while the window goes on. What it prints is bounded: a program that prints
// more is ended.
#pragma once

#include <glibmm/main.h>
#include <glibmm/spawn.h>

#include <functional>
#include <memory>
#include <string>

#include "gui/model/settings.hh"

namespace callgate::gui {

class Process {
 public:
  static constexpr size_t kOutput = 4 << 20;  // bytes of standard output that are kept
  static constexpr size_t kErrors = 4 << 10;  // bytes of standard error
  static constexpr size_t kLine = 64 << 10;

  struct Output {
    int status = 0;  // exit status; 128 and the signal's number if a signal has ended it
    std::string out, errors;
    std::string failure;  // it could not be run, or was ended: the sentence that says so
  };
  using Ended = std::function<void(const Output&)>;
  using Line = std::function<void(const std::string&)>;

  // Runs the words. `ended` is called later, and not if the Process is destroyed before, which also
  // ends the program. With `line`, each line is told when it comes, and none is kept.
  Process(const Words& words, Ended ended, Line line = {});
  ~Process();
  Process(const Process&) = delete;

  // Gives the program this on its standard input.
  void write(const std::string& text);
  void close_input();

 private:
  void take_output(const char* data, size_t size);
  bool on_output();
  bool on_errors();
  bool on_writable();
  void on_exit(int wait_status);
  void fail(const std::string& sentence);
  // Takes what is there. Returns false at the end of the stream.
  bool read_some(int fd, const std::function<void(const char*, size_t)>& take);

  std::string name_;
  Ended ended_;
  Line line_;
  Output output_;
  std::string pending_input_;
  bool close_when_written_ = false;
  Glib::Pid pid_{};
  int in_ = -1, out_ = -1, errors_ = -1;
  sigc::connection watches_[4];
};

}  // namespace callgate::gui
