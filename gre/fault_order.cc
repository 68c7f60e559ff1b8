// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/fault_order.hh"

#include <algorithm>

namespace callgate {
namespace {

size_t block_size(uint32_t type) {
  if (type == 0 || type > 3) return 0;
  return type == 1 ? 2 : 12;
}

}  // namespace

FaultOrder::FaultOrder(const Settings& settings)
    : type_(settings.type),
      block_(block_size(settings.type)),
      rate_(std::max<size_t>(settings.rate, block_)),
      until_next_(rate_ - block_) {}

std::vector<size_t> FaultOrder::take(size_t available) {
  std::vector<size_t> order;
  for (; available > 0 && until_next_ > 0; available--, until_next_--)
    order.push_back(order.size());
  if (until_next_ > 0 || available < block_) return order;
  size_t first = order.size(), last = first + block_ - 1;
  if (type_ == 3) {
    for (size_t i = last + 1; i > first; i--) order.push_back(i - 1);
  } else {
    order.push_back(last);
    for (size_t i = first; i < last; i++) order.push_back(i);
  }
  until_next_ = rate_ - block_;
  return order;
}

}  // namespace callgate
