// SPDX-License-Identifier: GPL-2.0-or-later
// How the records of a hand-over are written, so that another release of the call manager can read
// them. Each struct, at any depth, is preceded by its size. A reader that knows more fields than
// the writer leaves those at their defaults. A reader that knows fewer fields skips the rest. So a
// struct may get new fields at its end, and keeps the fields that it has.
#pragma once

#include "common/channel/reason.hh"
#include "common/wire/bytes.hh"
#include "common/wire/ids.hh"
#include "common/wire/ip_address.hh"

namespace callgate::handover {

template <typename T, typename Codec>
concept Struct = requires(T& value, Codec& codec) {
  T::fields(value, codec);
};

// Intervals and points of the monotonic clock beyond these are nonsense. Sums of the two do not
// overflow.
constexpr Duration kLongest = std::chrono::hours(24 * 366);
constexpr TimePoint kLatest{std::chrono::hours(24 * 366 * 50)};

class ImageWriter {
 public:
  explicit ImageWriter(Bytes& out) : out_(out), plain_(out) {}

  void operator()(const auto&... field) { (put(field), ...); }

  void put(const auto& value) { plain_.put(value); }
  template <typename T>
  requires Struct<const T, ImageWriter>
  void put(const T& value) {
    size_t start = out_.size();
    plain_.put(uint32_t{0});
    T::fields(value, *this);
    auto size = static_cast<uint32_t>(out_.size() - start - sizeof(uint32_t));
    Bytes prefix;
    Writer(prefix).put(size);
    std::ranges::copy(prefix, out_.begin() + static_cast<std::ptrdiff_t>(start));
  }
  template <typename T>
  void put(const std::vector<T>& values) {
    auto count = static_cast<uint8_t>(std::min<size_t>(values.size(), UINT8_MAX));
    plain_.put(count);
    for (size_t i = 0; i < count; i++) put(values[i]);
  }
  template <typename T>
  void put(const std::optional<T>& value) {
    plain_.put(value.has_value());
    if (value) put(*value);
  }

 private:
  Bytes& out_;
  Writer plain_;
};

class ImageReader {
 public:
  explicit ImageReader(ByteSpan data) : plain_(data) {}

  void operator()(auto&... field) { (get_unless_older(field), ...); }

  void get(auto& value) {
    plain_.get(value);
    ok_ = ok_ && plain_.ok() && in_range(value);
  }
  template <typename T>
  requires Struct<T, ImageReader>
  void get(T& value) {
    uint32_t size = 0;
    plain_.get(size);
    ImageReader inner(plain_.take(size));
    ok_ = ok_ && plain_.ok();
    T::fields(value, inner);
    ok_ = ok_ && inner.ok();
  }
  template <typename T>
  void get(std::vector<T>& values) {
    uint8_t count = 0;
    get(count);
    values.clear();
    for (; count > 0 && ok_; count--) get(values.emplace_back());
  }
  template <typename T>
  void get(std::optional<T>& value) {
    bool present = false;
    get(present);
    value.reset();
    if (present) get(value.emplace());
  }

  bool ok() const { return ok_; }
  bool done() const { return ok_ && plain_.rest().empty(); }

 private:
  void get_unless_older(auto& field) {
    if (ok_ && !plain_.rest().empty()) get(field);
  }

  static bool in_range(const auto&) { return true; }
  static bool in_range(const Duration& time) { return time >= Duration(0) && time <= kLongest; }
  static bool in_range(const TimePoint& time) { return time >= TimePoint{} && time <= kLatest; }
  static bool in_range(const Cause& cause) { return static_cast<size_t>(cause) < kCauses; }
  static bool in_range(const IpFamily& family) {
    return family == IpFamily::none || family == IpFamily::v4 || family == IpFamily::v6;
  }

  Reader plain_;
  bool ok_ = true;
};

}  // namespace callgate::handover
