// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/manager/handover_image.hh"

#include <sys/mman.h>
#include <sys/stat.h>

#include "callmgr/manager/image_codec.hh"
#include "common/system/log.hh"
#include "common/system/os_error.hh"

namespace callgate::handover {
namespace {

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

struct Unknown {  // a record of a kind that only another release has
  static void fields(auto&, auto&) {}
};

// Appends the record, if one of the kinds from I on has this tag. Returns false if it is not valid.
template <size_t I = 0>
bool read_record(uint8_t tag, ImageReader& reader, Records& records) {
  if constexpr (I < std::variant_size_v<Record>) {
    using Kind = std::variant_alternative_t<I, Record>;
    if (tag != Kind::kTag) return read_record<I + 1>(tag, reader, records);
    Kind record;
    reader.get(record);
    bool is_head = std::is_same_v<Kind, Head>;
    if (!reader.ok() || !valid(record) || is_head != records.empty()) return false;
    records.emplace_back(std::move(record));
    return true;
  }
  Unknown skipped;
  reader.get(skipped);
  return reader.ok();
}

std::string version_range(uint16_t oldest, uint16_t newest) {
  return oldest == newest ? fmt::format("version {}", newest)
                          : fmt::format("versions {} to {}", oldest, newest);
}

// Throws OsError if this release cannot read what follows. Returns the size of the preface.
size_t read_preface(ByteSpan image, int fd) {
  constexpr const char* kWhat = "read what the last call manager left";
  Preface preface;
  Reader reader(image);
  reader.get(preface);
  if (preface.mark == Head::kTag) {  // of version 1 or 2
    preface = {.mark = Preface::kMark};
    Reader(image.subspan(std::min<size_t>(image.size(), 1))).get(preface.version);
  }
  if (!reader.ok() || preface.mark != Preface::kMark) throw OsError(EPROTO, kWhat);
  if (preface.version < kOldestVersion || preface.version > kVersion)
    throw OsError(EPROTONOSUPPORT,
                  fmt::format("{} (it is in version {} of the image, and this release reads {})",
                              kWhat, preface.version, version_range(kOldestVersion, kVersion)));
  if (preface.attempts >= kMostAttempts)
    throw OsError(ECANCELED, fmt::format("{} ({} call managers have ended while they read it)",
                                         kWhat, preface.attempts));
  preface.attempts++;
  Bytes out;
  Writer(out).put(preface);
  check(pwrite(fd, out.data(), out.size(), 0), "note that we read what the last one left");
  return out.size();
}

}  // namespace

Bytes encode(const Records& records) {
  Bytes out;
  ImageWriter writer(out);
  for (const auto& record : records) std::visit([&](const auto& r) { writer(r.kTag, r); }, record);
  return out;
}

std::optional<Records> parse(ByteSpan image) {
  Records records;
  ImageReader reader(image);
  while (!reader.done()) {
    uint8_t tag = 0;
    reader.get(tag);
    if (!read_record(tag, reader, records)) return std::nullopt;
  }
  if (records.empty()) return std::nullopt;
  return records;
}

std::optional<std::string> unreadable_by(uint16_t oldest, uint16_t newest) {
  if (oldest <= kVersion && kVersion <= newest) return std::nullopt;
  return fmt::format(
      "this call manager hands its calls over in version {} of the image, and the other one reads"
      " {}; both go on as before. To change to the other one, end the calls first (pptpctl hangup"
      " --all), stop this call manager, and start the other one",
      kVersion, version_range(oldest, newest));
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
  Bytes image;
  Writer(image).put(Preface{});
  Bytes body = encode(records);
  image.insert(image.end(), body.begin(), body.end());
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
  image.resize(static_cast<size_t>(size));
  auto records = parse(ByteSpan(image).subspan(read_preface(image, fd)));
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
