// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/tunnel/secret_holder.hh"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "common/system/landlock.hh"
#include "common/system/log.hh"
#include "common/system/os_error.hh"
#include "common/system/privileges.hh"
#include "config.hh"
#include "gre/tunnel/answers.hh"

namespace callgate {
namespace {

void confine() {
  drop_privileges(CALLGATE_USER);
  // The only file that it may extend is the log of the tunnel, if that is a file.
  uint64_t file_size = log::copied_to() >= 0 ? RLIM_INFINITY : 0;
  limit_resources({.descriptors = 16, .processes = 0, .file_size = file_size});
  restrict_reach({});
  restrict_system_calls(holder_answers());
}

ppp::Challenge random_challenge() {
  ppp::Challenge challenge;
  check(getrandom(challenge.data(), challenge.size(), 0), "get random bytes");
  return challenge;
}

void serve(int socket, Answers& answers) {
  std::array<uint8_t, kMaxSecretMessage + 1> record;
  ssize_t size;
  while ((size = recv(socket, record.data(), record.size(), 0)) > 0 ||
         (size < 0 && errno == EINTR)) {
    if (size < 0) continue;
    auto question = parse_secret_question(ByteSpan(record).first(static_cast<size_t>(size)));
    if (!question) continue;  // the gateway sends no such record
    auto answer = answers.answer(*question, random_challenge(), std::chrono::steady_clock::now());
    if (!answer.answered) log::warning("the secret holder refuses a question: {}", answer.refusal);
    auto reply = encode(answer);
    send(socket, reply.data(), reply.size(), MSG_NOSIGNAL);
  }
}

void hold(int socket, const TunnelOptions& options) {
  prctl(PR_SET_DUMPABLE, 0);  // before the password is read
  auto secrets = options.read_secrets();
  Answers answers(options.link, secrets);
  mlockall(MCL_CURRENT | MCL_ONFAULT);  // a user without this right has an unlocked holder
  confine();
  serve(socket, answers);
}

}  // namespace

AllowList holder_answers() {
  return {{"a random challenge of our own", {"getrandom"}}};
}

ChildProcess start_secret_holder(const TunnelOptions& options) {
  return start_child("pptp-secret", [&](int socket) { hold(socket, options); });
}

}  // namespace callgate
