// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/pptp/forget.hh"

#include <malloc.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <new>

// All are replaced, because a sanitizer compares how an object was made with how it is freed.
// std::stable_sort makes its buffer with the one that does not throw.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return std::malloc(size ? size : 1);
}

void* operator new(std::size_t size) {
  if (void* object = operator new(size, std::nothrow)) return object;
  throw std::bad_alloc();
}

void operator delete(void* object) noexcept {
  if (object) explicit_bzero(object, malloc_usable_size(object));
  std::free(object);
}

void operator delete(void* object, std::size_t) noexcept {
  operator delete(object);
}

namespace callgate {

void forget_stack() {
  constexpr size_t kDepth = 256 * 1024;  // bytes; no function of ours goes deeper
  std::array<char, kDepth> used;
  explicit_bzero(used.data(), used.size());
}

}  // namespace callgate
