// SPDX-License-Identifier: GPL-2.0-or-later
// What another call manager may have left, garbled, and as another release would write it: some
// structs lack their last field, others have more. A manager that understands it goes on with it,
// and leaves an image that the next one understands.
#include <sys/socket.h>

#include "callmgr/manager/image_codec.hh"
#include "callmgr/manager/manager.hh"
#include "callmgr/routes/network_watch.hh"
#include "common/system/os_error.hh"
#include "tests/fuzz/fuzz.hh"

using namespace callgate;

namespace {

constexpr size_t kMostSockets = 16;

class OtherRelease {
 public:
  OtherRelease(Bytes& out, uint32_t choices) : out_(out), plain_(out), choices_(choices) {}

  void operator()(const auto&... field) {
    size_t left = sizeof...(field);
    uint32_t choice = choices_ = choices_ * 1664525 + 1013904223;
    if (left > 0 && choice >> 29 == 0) left--;
    ((left > 0 ? (left--, put(field)) : void()), ...);
    if (choice >> 29 == 1) plain_.put(choice);
  }
  void put(const auto& value) { plain_.put(value); }
  template <typename T>
  requires handover::Struct<const T, OtherRelease>
  void put(const T& value) {
    Bytes inner;
    OtherRelease codec(inner, choices_);
    T::fields(value, codec);
    choices_ = codec.choices_;
    plain_.put(static_cast<uint32_t>(inner.size()));
    out_.insert(out_.end(), inner.begin(), inner.end());
  }
  template <typename T>
  void put(const std::vector<T>& values) {
    plain_.put(static_cast<uint8_t>(values.size()));
    for (const auto& value : values) put(value);
  }
  template <typename T>
  void put(const std::optional<T>& value) {
    plain_.put(value.has_value());
    if (value) put(*value);
  }

 private:
  Bytes& out_;
  Writer plain_;
  uint32_t choices_;
};

Bytes as_another_release(const handover::Records& records, ByteSpan data) {
  Bytes image;
  uint32_t choices = static_cast<uint32_t>(data.size());
  for (uint8_t byte : data) choices = choices * 31 + byte;
  OtherRelease writer(image, choices);
  for (const auto& record : records)
    std::visit([&](const auto& r) { writer.put(r.kTag), writer.put(r); }, record);
  return image;
}

// Its servers and clients are sockets of ours, whatever the image says: nothing is dialled.
class Peers {
 public:
  uint64_t add(handover::Descriptors& descriptors) {
    int ends[2];
    fuzz::require(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, ends) == 0);
    uint64_t inode = handover::inode(ends[0]);
    descriptors.add(UniqueFd(ends[0]));
    ends_.emplace_back(ends[1]);
    return inode;
  }
  size_t count() const { return ends_.size(); }

 private:
  std::vector<UniqueFd> ends_;
};

handover::Estate with_sockets(handover::Records records, Peers& peers) {
  handover::Estate estate;
  for (auto& record : records) {
    if (std::holds_alternative<handover::LogLevel>(record)) continue;
    uint64_t* socket = nullptr;
    if (auto* link = std::get_if<handover::LinkState>(&record)) socket = &link->socket;
    if (auto* client = std::get_if<handover::ClientState>(&record)) socket = &client->socket;
    if (socket && peers.count() >= kMostSockets) continue;
    if (socket) *socket = peers.add(estate.descriptors);
    estate.records.push_back(std::move(record));
  }
  return estate;
}

void go_on_with(handover::Records records) {
  Peers peers;
  handover::Descriptors own;
  uint64_t listener = peers.add(own);
  EventLoop loop;
  NetworkWatch network(loop);
  HostRoutes routes(loop, network, false);
  Manager manager(loop, routes, own.take(listener), {});
  manager.restore(with_sockets(std::move(records), peers));
  manager.go_on();
  Watch end = loop.timer([&] { loop.quit(); });
  end.start(Duration(0));
  loop.run();
  bool left = false;
  manager.leave([&](const std::vector<int>& descriptors) {
    left = !handover::read_image(descriptors.back()).empty();
  });
  fuzz::require(left);
}

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const bool kQuiet = (log::set_verbosity(log::Level::error), true);
  ByteSpan image(data, size);
  auto records = handover::parse(image);
  if (!records || !kQuiet) return 0;
  if (auto other = handover::parse(as_another_release(*records, image))) go_on_with(*other);
  go_on_with(std::move(*records));
  return 0;
}
