// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/model/rates.hh"

#include <algorithm>

#include "gui/model/translate.hh"
#include "gui/model/tunnel.hh"

namespace callgate::gui {
namespace {

std::string figures(uint64_t bytes, double rate) {
  return fill(_("{}, {}/s"), size_text(static_cast<double>(bytes)), size_text(rate));
}

}  // namespace

void Rates::clear() {
  last_.reset();
  samples_.clear();
}

void Rates::add(const Counters& counters, double now) {
  if (last_ && (counters.received < last_->received || counters.sent < last_->sent)) clear();
  if (last_ && now > last_time_) {
    double seconds = now - last_time_;
    samples_.push_back({static_cast<double>(counters.received - last_->received) / seconds,
                        static_cast<double>(counters.sent - last_->sent) / seconds});
    if (samples_.size() > kSamples) samples_.pop_front();
  }
  last_ = counters;
  last_time_ = now;
}

std::string Rates::received_text() const {
  return last_ ? figures(last_->received, samples_.empty() ? 0 : samples_.back().received) : "";
}

std::string Rates::sent_text() const {
  return last_ ? figures(last_->sent, samples_.empty() ? 0 : samples_.back().sent) : "";
}

double Rates::peak() const {
  double peak = 0;
  for (const auto& sample : samples_) peak = std::max({peak, sample.received, sample.sent});
  return peak;
}

}  // namespace callgate::gui
