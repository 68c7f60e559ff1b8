// SPDX-License-Identifier: GPL-2.0-or-later
// A directory for a call manager's socket, gone with the test; and a process that listens there and
// says one thing to whoever comes.
#pragma once

#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "common/channel/channel.hh"
#include "common/channel/manager_socket.hh"
#include "common/system/os_error.hh"

namespace callgate::test {

class ManagerDirectory {
 public:
  ManagerDirectory() {
    char path[] = "/tmp/callgate-unit-XXXXXX";
    if (!mkdtemp(path)) throw OsError(errno, "create a directory");
    path_ = path;
  }
  ~ManagerDirectory() { std::filesystem::remove_all(path_); }
  ManagerDirectory(const ManagerDirectory&) = delete;
  ManagerDirectory& operator=(const ManagerDirectory&) = delete;

  const std::string& path() const { return path_; }
  std::string socket() const { return path_ + "/callmgr.sock"; }
  bool exists(const std::string& name) const { return std::filesystem::exists(path_ + "/" + name); }

  // A file's text, without the last line end.
  std::string read(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(path_ + "/" + name).rdbuf();
    auto all = text.str();
    while (all.ends_with('\n')) all.pop_back();
    return all;
  }

 private:
  std::string path_;
};

class FakeManager {
 public:
  // Nothing in `greeting`: the client is accepted and never answered.
  FakeManager(const std::string& socket, std::optional<ChannelMessage> greeting) {
    make_socket_directory(socket);
    auto listener = listen_on_manager_socket(socket);
    fcntl(listener.get(), F_SETFL, 0);
    pid_ = check(fork(), "fork");
    if (pid_ == 0) serve(listener.get(), greeting);
  }
  ~FakeManager() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  FakeManager(const FakeManager&) = delete;
  FakeManager& operator=(const FakeManager&) = delete;

 private:
  [[noreturn]] static void serve(int listener, const std::optional<ChannelMessage>& greeting) {
    for (;;) {
      auto* client = new Channel(UniqueFd(accept(listener, nullptr, nullptr)));  // kept open
      if (greeting) client->send(*greeting);
    }
  }
  pid_t pid_ = -1;
};

}  // namespace callgate::test
