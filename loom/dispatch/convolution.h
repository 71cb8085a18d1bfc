#pragma once

#include <cstdint>

namespace loom::dispatch {

/// Where the part of a convolution that attribute `mode` names begins in the full one: 0, the full
/// one itself; 1, as many central elements as the longer operand has; 2, complete overlaps alone.
/// `taps` is the size of the shorter operand.
inline std::int64_t convolution_start(std::int64_t mode, std::int64_t taps) {
  enum : std::int64_t { kFull, kSame };
  return mode == kFull ? 0 : mode == kSame ? (taps - 1) / 2 : taps - 1;
}

}  // namespace loom::dispatch
