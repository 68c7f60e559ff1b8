// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/system/systemd_socket.hh"

#include <fmt/format.h>

#include <cstddef>
#include <cstdlib>

#include "common/system/unique_fd.hh"
#include "common/system/unix_address.hh"

namespace callgate {
namespace {

// 64 bits, little endian.
std::string length_of(const std::string& value) {
  std::string octets;
  for (unsigned shift = 0; shift < 64; shift += 8)
    octets += static_cast<char>(uint64_t{value.size()} >> shift);
  return octets;
}

}  // namespace

std::string journal_entry(const std::vector<JournalField>& fields) {
  std::string entry;
  for (const auto& [name, value] : fields)
    if (value.find('\n') == value.npos)
      entry += fmt::format("{}={}\n", name, value);
    else
      entry += fmt::format("{}\n{}{}\n", name, length_of(value), value);
  return entry;
}

int open_datagram_socket() {
  return socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

bool send_datagram(int socket, std::string_view path, std::string_view text) {
  auto to = UnixAddress::of(path);
  if (path.empty() || !to) return false;
  if (path[0] == '@') {  // an abstract name begins with a zero, and ends where the address ends
    to->address.sun_path[0] = '\0';
    to->length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
  }
  return sendto(socket, text.data(), text.size(), MSG_NOSIGNAL, to->get(), to->length) >= 0;
}

void notify_service_manager(std::string_view lines) {
  const char* path = getenv("NOTIFY_SOCKET");
  if (!path) return;
  UniqueFd socket(open_datagram_socket());
  if (socket) send_datagram(socket.get(), path, lines);
}

void notify_status(std::string_view status) {
  notify_service_manager(fmt::format("STATUS={}", status));
}

}  // namespace callgate
