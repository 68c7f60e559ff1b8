// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/manager/handover_image.hh"

#include <sys/mman.h>
#include <sys/stat.h>

#include "common/channel/tagged.hh"
#include "common/system/log.hh"
#include "common/system/os_error.hh"

namespace callgate::handover {
namespace {

bool valid(const Head& head) {
  return head.version == kVersion;
}
bool valid(const LinkState& link) {
  return link.state.valid();
}
bool valid(const CallState& state) {
  return state.call.valid();
}
bool valid(const ClientState& client) {
  return client.call.valid();
}
bool valid(const LogLevel& set) {
  return log::level_of(set.level).has_value();
}
template <typename Other>
bool valid(const Other&) {
  return true;
}

}  // namespace

Bytes encode(const Records& records) {
  Bytes out;
  Writer writer(out);
  for (const auto& record : records) put_tagged(writer, record);
  return out;
}

std::optional<Records> parse(ByteSpan image) {
  Records records;
  Reader reader(image);
  while (!reader.done()) {
    auto record = get_tagged<Record>(reader, [](const auto& r) { return valid(r); });
    if (!record) return std::nullopt;
    bool head = std::holds_alternative<Head>(*record);
    if (head != records.empty()) return std::nullopt;
    records.push_back(std::move(*record));
  }
  if (records.empty()) return std::nullopt;
  return records;
}

uint64_t inode(int fd) {
  struct stat info;
  check(fstat(fd, &info), "look at a descriptor");
  return info.st_ino;
}

void Descriptors::add(UniqueFd fd) {
  auto key = inode(fd.get());
  by_inode_[key] = std::move(fd);
}

UniqueFd Descriptors::take(uint64_t inode) {
  auto node = by_inode_.extract(inode);
  return node ? std::move(node.mapped()) : UniqueFd();
}

UniqueFd write_image(const Records& records) {
  UniqueFd fd(check(memfd_create("pptp-callmgr", MFD_CLOEXEC), "create a file in memory"));
  Bytes image = encode(records);
  for (ByteSpan left = image; !left.empty();) {
    auto size = check(write(fd.get(), left.data(), left.size()), "write what the next one needs");
    left = left.subspan(static_cast<size_t>(size));
  }
  return fd;
}

Records read_image(int fd) {
  struct stat info;
  check(fstat(fd, &info), "look at what the last call manager left");
  if (static_cast<size_t>(info.st_size) > kMaxImage)
    throw OsError(EFBIG, "read what the last call manager left");
  Bytes image(static_cast<size_t>(info.st_size));
  auto size = check(pread(fd, image.data(), image.size(), 0), "read what the last one left");
  auto records = parse(ByteSpan(image).first(static_cast<size_t>(size)));
  if (!records) throw OsError(EPROTO, "understand what the last call manager left");
  return std::move(*records);
}

Estate sort_out(std::vector<UniqueFd> descriptors) {
  Estate estate;
  for (auto& fd : descriptors) {
    struct stat info;
    check(fstat(fd.get(), &info), "look at a descriptor");
    if (S_ISREG(info.st_mode))
      estate.records = read_image(fd.get());
    else
      estate.descriptors.add(std::move(fd));
  }
  if (estate.records.empty()) throw OsError(ENOENT, "find what the last call manager left");
  return estate;
}

}  // namespace callgate::handover
