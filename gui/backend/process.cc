// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/backend/process.hh"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>

#include "gui/model/translate.hh"

namespace callgate::gui {
namespace {

enum Watch { kIn, kOut, kErr, kChild };

void reap(Glib::Pid pid, int) {
  Glib::spawn_close_pid(pid);
}

}  // namespace

Process::Process(const Words& words, Ended ended, Line line)
    : name_(words.front()), ended_(std::move(ended)), line_(std::move(line)) {
  try {
    Glib::spawn_async_with_pipes("", words,
                                 Glib::SpawnFlags::DO_NOT_REAP_CHILD |
                                     Glib::SpawnFlags::SEARCH_PATH |
                                     Glib::SpawnFlags::CLOEXEC_PIPES,
                                 {}, &pid_, &in_, &out_, &errors_);
  } catch (const Glib::Error& error) {
    output_.status = 127;
    output_.failure = fill(_("Cannot run {}: {}"), name_, error.what());
    watches_[kChild] = Glib::signal_idle().connect([this] {
      auto tell = ended_;
      if (tell) tell(Output(output_));
      return false;
    });
    return;
  }
  for (int fd : {in_, out_, errors_}) fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  auto readable = Glib::IOCondition::IO_IN | Glib::IOCondition::IO_HUP;
  watches_[kOut] = Glib::signal_io().connect([this](auto) { return on_output(); }, out_, readable);
  watches_[kErr] =
      Glib::signal_io().connect([this](auto) { return on_errors(); }, errors_, readable);
  watches_[kChild] = Glib::signal_child_watch().connect(
      [this](Glib::Pid pid, int status) {
        Glib::spawn_close_pid(pid);
        pid_ = {};
        on_exit(status);
      },
      pid_);
}

Process::~Process() {
  for (auto& watch : watches_) watch.disconnect();
  for (int fd : {in_, out_, errors_})
    if (fd >= 0) close(fd);
  if (!pid_) return;
  kill(pid_, SIGTERM);
  Glib::signal_child_watch().connect(&reap, pid_);
}

void Process::write(const std::string& text) {
  if (in_ < 0) return;
  pending_input_ += text;
  if (pending_input_.size() > kOutput) return fail(fill(_("{} does not read its input"), name_));
  if (!watches_[kIn].connected() && on_writable())
    watches_[kIn] = Glib::signal_io().connect([this](auto) { return on_writable(); }, in_,
                                              Glib::IOCondition::IO_OUT);
}

void Process::close_input() {
  close_when_written_ = true;
  if (in_ >= 0 && pending_input_.empty()) close(std::exchange(in_, -1));
}

bool Process::on_writable() {
  auto written = ::write(in_, pending_input_.data(), pending_input_.size());
  if (written < 0 && (errno == EAGAIN || errno == EINTR)) return true;
  // The program may have ended, which on_exit() tells.
  pending_input_.erase(0, written < 0 ? std::string::npos : static_cast<size_t>(written));
  if (!pending_input_.empty()) return true;
  if (close_when_written_ || written < 0) close(std::exchange(in_, -1));
  return false;
}

bool Process::read_some(int fd, const std::function<void(const char*, size_t)>& take) {
  std::array<char, 16384> buffer;
  auto size = read(fd, buffer.data(), buffer.size());
  if (size > 0) take(buffer.data(), static_cast<size_t>(size));
  return size > 0 || (size < 0 && (errno == EAGAIN || errno == EINTR));
}

void Process::take_output(const char* data, size_t size) {
  if (!output_.failure.empty()) return;
  output_.out.append(data, size);
  if (line_) {
    size_t begin = 0, end;
    while ((end = output_.out.find('\n', begin)) != std::string::npos) {
      line_(output_.out.substr(begin, end - begin));
      begin = end + 1;
    }
    output_.out.erase(0, begin);
  }
  if (output_.out.size() > (line_ ? kLine : kOutput))
    fail(fill(_("{} prints too much, so it was ended"), name_));
}

bool Process::on_output() {
  return read_some(out_, [this](const char* data, size_t size) { take_output(data, size); });
}

bool Process::on_errors() {
  return read_some(errors_, [this](const char* data, size_t size) {
    auto& kept = output_.errors;
    kept.append(data, std::min(size, kErrors - kept.size()));
  });
}

void Process::fail(const std::string& sentence) {
  output_.failure = sentence;
  output_.out.clear();
  if (pid_) kill(pid_, SIGTERM);
}

void Process::on_exit(int wait_status) {
  // What it has printed before it ended is still in the pipes. A process that it has left behind
  // may hold them open, so their end is not waited for.
  for (int fd : {out_, errors_}) {
    bool more = true;
    while (more) {
      more = false;
      if (fd == out_)
        read_some(fd, [&](const char* data, size_t size) { more = true, take_output(data, size); });
      else
        read_some(fd, [&](const char* data, size_t size) {
          more = true;
          auto& kept = output_.errors;
          kept.append(data, std::min(size, kErrors - kept.size()));
        });
    }
  }
  for (auto& watch : watches_) watch.disconnect();
  output_.status = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
  if (line_ && !output_.out.empty()) line_(std::exchange(output_.out, {}));
  // The callback may destroy this object.
  auto ended = ended_;
  auto output = output_;
  if (ended) ended(output);
}

}  // namespace callgate::gui
