// SPDX-License-Identifier: GPL-2.0-or-later
// Reads and writes wire fields in network byte order. The width of a field comes from its type, so
// nobody can swap a 32-bit speed as 16 bits. A message lists its fields once, in a function
// `fields(message, codec)`, which both Reader and Writer call.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace callgate {

using Bytes = std::vector<uint8_t>;
using ByteSpan = std::span<const uint8_t>;

// A text field of fixed width, padded with zeros on the wire. It keeps foreign bytes as they came:
// use printable() to show them.
template <size_t Width>
struct FixedText {
  static constexpr size_t kWidth = Width;
  std::string text;  // at most Width bytes, no NUL
  bool operator==(const FixedText&) const = default;
};

template <size_t Width>
struct Reserved {};  // zero when sent, ignored when received (RFC 2637 section 2)

template <typename T>
concept WireInteger = std::unsigned_integral<T> || std::is_enum_v<T>;

// Reads fields one after the other. If the bytes run out, this and every later read give zero, and
// ok() is false. So callers ask once, at the end. done() is also false if bytes are left over.
class Reader {
 public:
  explicit Reader(ByteSpan data) : data_(data) {}

  template <typename... Fields>
  void operator()(Fields&... field) {
    (get(field), ...);
  }

  template <WireInteger T>
  void get(T& value) {
    if constexpr (std::is_enum_v<T>) {
      std::underlying_type_t<T> raw{};
      get(raw);
      value = static_cast<T>(raw);
    } else {
      uint64_t sum = 0;
      for (uint8_t byte : take(sizeof(T))) sum = sum << 8 | byte;
      value = static_cast<T>(sum);
    }
  }

  void get(bool& value) {
    uint8_t raw = 0;
    get(raw);
    if (raw > 1) ok_ = false;
    value = raw == 1;
  }

  template <size_t Width>
  void get(FixedText<Width>& value) {
    ByteSpan raw = take(Width);
    value.text.assign(raw.begin(), std::find(raw.begin(), raw.end(), 0));
  }

  template <size_t Width>
  void get(Reserved<Width>&) {
    take(Width);
  }

  template <typename T, size_t Size>
  void get(std::array<T, Size>& values) {
    for (auto& value : values) get(value);
  }

  // A text after its 16-bit length. Only our own processes use it.
  void get(std::string& value) {
    uint16_t length = 0;
    get(length);
    ByteSpan raw = take(length);
    value.assign(raw.begin(), raw.end());
  }

  template <typename T>
  void get(std::vector<T>& values) {
    uint8_t count = 0;
    get(count);
    values.clear();
    for (; count > 0 && ok_; count--) get(values.emplace_back());
  }

  // Times are 64 bits in their own unit. A point in time has a meaning only on this host, and until
  // its next boot. No time may be longer than kLongestTime, so a sum of two times never overflows.
  static constexpr std::chrono::years kLongestTime{100};

  template <typename Rep, typename Period>
  void get(std::chrono::duration<Rep, Period>& value) {
    using Time = std::chrono::duration<Rep, Period>;
    uint64_t raw = 0;
    get(raw);
    if (raw > static_cast<uint64_t>(std::chrono::duration_cast<Time>(kLongestTime).count()))
      ok_ = false;
    value = ok_ ? Time(static_cast<Rep>(raw)) : Time(0);
  }

  template <typename AnyClock, typename Unit>
  void get(std::chrono::time_point<AnyClock, Unit>& value) {
    Unit since{};
    get(since);
    value = std::chrono::time_point<AnyClock, Unit>(since);
  }

  template <typename T>
  void get(std::optional<T>& value) {
    bool present = false;
    get(present);
    T part{};
    if (present) get(part);
    value = present ? std::optional<T>(std::move(part)) : std::nullopt;
  }

  template <typename T>
  requires requires(T& t, Reader& r) { T::fields(t, r); }
  void get(T& value) { T::fields(value, *this); }

  ByteSpan take(size_t count) {
    if (!ok_ || data_.size() < count) {
      ok_ = false;
      return {};
    }
    ByteSpan head = data_.first(count);
    data_ = data_.subspan(count);
    return head;
  }

  bool ok() const { return ok_; }
  bool done() const { return ok_ && data_.empty(); }
  ByteSpan rest() const { return data_; }

 private:
  ByteSpan data_;
  bool ok_ = true;
};

class Writer {
 public:
  explicit Writer(Bytes& out) : out_(out) {}

  template <typename... Fields>
  void operator()(const Fields&... field) {
    (put(field), ...);
  }

  template <WireInteger T>
  void put(T value) {
    for (size_t shift = sizeof(T) * 8; shift > 0; shift -= 8)
      out_.push_back(static_cast<uint8_t>(static_cast<uint64_t>(value) >> (shift - 8)));
  }

  void put(bool value) { out_.push_back(value ? 1 : 0); }

  // Cuts a text that is too long for its field. The caller has checked what a user may give.
  template <size_t Width>
  void put(const FixedText<Width>& value) {
    size_t length = std::min(value.text.size(), Width);
    out_.insert(out_.end(), value.text.begin(),
                value.text.begin() + static_cast<std::ptrdiff_t>(length));
    out_.insert(out_.end(), Width - length, 0);
  }

  template <size_t Width>
  void put(const Reserved<Width>&) {
    out_.insert(out_.end(), Width, 0);
  }

  template <typename T, size_t Size>
  void put(const std::array<T, Size>& values) {
    for (const auto& value : values) put(value);
  }

  void put(const std::string& value) {
    auto length = static_cast<uint16_t>(std::min<size_t>(value.size(), UINT16_MAX));
    put(length);
    out_.insert(out_.end(), value.begin(), value.begin() + length);
  }

  template <typename T>
  void put(const std::vector<T>& values) {
    auto count = static_cast<uint8_t>(std::min<size_t>(values.size(), UINT8_MAX));
    put(count);
    for (size_t i = 0; i < count; i++) put(values[i]);
  }

  template <typename Rep, typename Period>
  void put(std::chrono::duration<Rep, Period> value) {
    put(static_cast<uint64_t>(value.count()));
  }

  template <typename AnyClock, typename Unit>
  void put(std::chrono::time_point<AnyClock, Unit> value) {
    put(value.time_since_epoch());
  }

  template <typename T>
  void put(const std::optional<T>& value) {
    put(value.has_value());
    if (value) put(*value);
  }

  template <typename T>
  requires requires(const T& t, Writer& w) { T::fields(t, w); }
  void put(const T& value) { T::fields(value, *this); }

 private:
  Bytes& out_;
};

// Replaces each byte that is not `harmless` by \xNN.
std::string escaped(std::string_view text, bool (*harmless)(uint8_t byte));

// Makes foreign text safe for a log line: backslashes and all but printable ASCII become \xNN.
std::string printable(std::string_view text);

}  // namespace callgate
