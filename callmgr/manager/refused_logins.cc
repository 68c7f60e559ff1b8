// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/manager/refused_logins.hh"

#include <fmt/format.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

namespace callgate {
namespace {

// glibc 2.36 declares its pidfd_open() for C only.
UniqueFd watch_process(uint32_t pid) {
  return UniqueFd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
}

std::string ago(Duration time) {
  using namespace std::chrono;
  if (time < minutes(2)) return fmt::format("{} s ago", duration_cast<seconds>(time).count());
  if (time < hours(2)) return fmt::format("{} minutes ago", duration_cast<minutes>(time).count());
  return fmt::format("{} hours ago", duration_cast<hours>(time).count());
}

}  // namespace

std::optional<Reason> RefusedLogins::dial(uint32_t client, Login login) {
  auto found = refused_.find(login);
  if (found == refused_.end()) {
    note(client, std::move(login));
    return std::nullopt;
  }
  auto& entry = found->second;
  TimePoint now = loop_.now();
  bool said = entry.said && now - *entry.said < kSaidEvery;
  if (!said) entry.said = now;
  entry.keep();
  return Reason{.cause = Cause::login_refused,
                .result = said,
                .subject = login.server,
                .detail = ago(std::chrono::duration_cast<Duration>(now - entry.at))};
}

bool RefusedLogins::judged(uint32_t client, bool refused) {
  const Login* login = of_client(client);
  if (!login) return false;
  bool before = refused_.contains(*login);
  if (refused)
    add({*login, loop_.now()});
  else
    remove(*login);
  return refused && !before;
}

const Login* RefusedLogins::of_client(uint32_t client) const {
  auto found = dialled_.find(client);
  return found == dialled_.end() ? nullptr : &found->second;
}

std::vector<RefusedLogins::State> RefusedLogins::states() const {
  std::vector<State> states;
  for (const auto& [login, entry] : refused_) states.push_back({login, entry.at});
  return states;
}

// Without a pppd there is nobody who would dial again.
void RefusedLogins::note(uint32_t client, Login login) {
  if (login.pppd.pid != 0) dialled_[client] = std::move(login);
}

// The callbacks hold copies: they remove the entry that they belong to.
void RefusedLogins::add(State state) {
  const Login& login = state.login;
  if (refused_.contains(login)) return;
  make_room(login.uid);
  auto& entry = refused_[login];
  entry.at = state.at;
  entry.expired = loop_.timer([this, login] { remove(login); });
  entry.process = watch_process(login.pppd.pid);
  if (entry.process) {
    entry.ended = loop_.on_readable(entry.process.get(), [this, login] { remove(login); });
    entry.ended.start();
  }
  entry.keep();
}

void RefusedLogins::remove(const Login& login) {
  if (refused_.erase(login) != 0 && refused_.empty()) emptied_();
}

void RefusedLogins::make_room(uint32_t uid) {
  auto of_user = [&](const auto& entry) { return entry.first.uid == uid; };
  bool too_many = std::ranges::count_if(refused_, of_user) >= std::ptrdiff_t{kMostOfUser};
  if (!too_many && refused_.size() < kMost) return;
  auto oldest = refused_.end();
  for (auto it = refused_.begin(); it != refused_.end(); ++it)
    if ((!too_many || of_user(*it)) &&
        (oldest == refused_.end() || it->second.at < oldest->second.at))
      oldest = it;
  refused_.erase(oldest);
}

}  // namespace callgate
