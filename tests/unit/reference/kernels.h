#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "arrays.h"
#include "loom/dispatch/selection.h"
#include "loom/dispatch/trace.h"
#include "loom/support/threads.h"

// What the tests of the reference kernels share; they go through the public functions.
namespace loom::test {

using C64 = std::complex<float>;
using C128 = std::complex<double>;

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
inline constexpr double kInf = std::numeric_limits<double>::infinity();

/// Every operation of the test runs on the reference backend.
class OnReference : public testing::Test {
 private:
  BackendScope scope_{"reference"};
};

/// With random numbers.
class ReferenceKernels : public OnReference {
 protected:
  static constexpr std::uint64_t kSeed = 20240229;
  Random random{kSeed};

 private:
  testing::ScopedTrace trace_{__FILE__, __LINE__, "seed " + std::to_string(kSeed)};
};

/// Whether dtype, shape and every bit agree.
inline bool same_bits(const Array& a, const Array& b) {
  if (a.dtype() != b.dtype() || a.shape() != b.shape()) return false;
  const Array x = contiguous(a), y = contiguous(b);
  return a.size() == 0 || std::memcmp(x.view().data, y.view().data, x.nbytes()) == 0;
}

/// Asserts that no bit of the arrays that `compute` returns depends on the number of threads.
template <class F>
void expect_same_on_any_threads(F compute) {
  set_num_threads(1);
  const std::vector<Array> alone = compute();
  set_num_threads(4);
  const std::vector<Array> together = compute();
  set_num_threads(0);
  for (std::size_t i = 0; i < alone.size(); ++i) EXPECT_TRUE(same_bits(alone[i], together[i])) << i;
}

/// The largest |a - b| over all elements; the shapes have to agree.
inline long double largest_error(const std::vector<Wide>& a, const std::vector<Wide>& b) {
  EXPECT_EQ(a.size(), b.size());
  long double largest = 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    largest = std::max(largest, std::abs(a[i] - b[i]));
  }
  return largest;
}

}  // namespace loom::test
