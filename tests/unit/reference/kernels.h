#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "arrays.h"
#include "loom/dispatch/selection.h"
#include "loom/dispatch/trace.h"

// What the tests of the reference kernels share; they go through the public functions.
namespace loom::test {

/// Every operation of the test runs on the reference backend.
class ReferenceKernels : public testing::Test {
 protected:
  static constexpr std::uint64_t kSeed = 20240229;
  Random random{kSeed};

 private:
  BackendScope scope_{"reference"};
  testing::ScopedTrace trace_{__FILE__, __LINE__, "seed " + std::to_string(kSeed)};
};

/// Whether dtype, shape and every bit agree.
inline bool same_bits(const Array& a, const Array& b) {
  if (a.dtype() != b.dtype() || a.shape() != b.shape()) return false;
  const Array x = contiguous(a), y = contiguous(b);
  return a.size() == 0 || std::memcmp(x.view().data, y.view().data, x.nbytes()) == 0;
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

/// Asserts that `statement` throws an error of type `E` with exactly that text.
template <class E, class F>
void expect_error(F statement, const std::string& text) {
  try {
    statement();
    ADD_FAILURE() << "no error, expected: " << text;
  } catch (const E& error) {
    EXPECT_EQ(error.what(), text);
  }
}

}  // namespace loom::test
