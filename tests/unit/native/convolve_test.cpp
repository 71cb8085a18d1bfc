#include <cmath>

#include "kernels.h"
#include "loom/backends/native/convolve.h"
#include "loom/support/threads.h"

namespace loom::test {
namespace {

using native::choose_convolution;
using native::Isa;
using schema::Attribute;
using schema::op;

constexpr std::uint64_t kSeed = 20240712;

dispatch::Kernel convolution_on(const Isa& isa) {
  dispatch::Kernel found;
  native::install_convolve(isa,
                           [&](schema::OpId, const dispatch::Kernel& kernel) { found = kernel; });
  return found;
}

/// What the kernel and the reference make of it.
struct Both {
  Array found, expected;
};

Both convolved(const dispatch::Kernel& kernel, const Array& a, const Array& b, std::int64_t mode) {
  const Attribute attributes[] = {mode};
  const Array expected = by_reference(op("convolve"), {a, b}, attributes);
  const Array found = Array::empty(expected.shape(), expected.dtype());
  run(kernel, op("convolve"), {a.view(), b.view()}, found.view(), attributes);
  return {found, expected};
}

/// The largest error of an element in units of eps times the largest that a sum can be, the
/// elements being of at most sqrt(2).
long double error(const Both& both, std::int64_t taps) {
  const std::vector<Wide> found = values_of(both.found), expected = values_of(both.expected);
  long double largest = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    largest = std::max(largest, std::abs(found[i] - expected[i]));
  }
  return largest / (2 * static_cast<long double>(taps)) / epsilon_of(both.found.dtype());
}

/// Sums of `taps` terms err by less than one eps per term, and transforms by fewer.
constexpr long double kAllowed = 1;

class NativeConvolve : public testing::Test {
 protected:
  Random random{kSeed};

 private:
  testing::ScopedTrace trace_{__FILE__, __LINE__, fmt::format("seed {}", kSeed)};
};

TEST_F(NativeConvolve, IsTheReferencesInEverySizeModeAndDtype) {
  for (const Isa& isa : native::usable_isas()) {
    const dispatch::Kernel kernel = convolution_on(isa);
    for (int i = 0; i < kDTypeCount; ++i) {
      const auto dtype = static_cast<DType>(i);
      if (!kernel.dtypes.contains(dtype)) continue;
      for (const auto& [m, n] : std::vector<std::pair<std::int64_t, std::int64_t>>{{1, 1},
                                                                                   {2, 1},
                                                                                   {1, 9},
                                                                                   {5, 3},
                                                                                   {17, 17},
                                                                                   {64, 2},
                                                                                   {130, 129},
                                                                                   {1000, 7},
                                                                                   {700, 699},
                                                                                   {3000, 40}}) {
        for (const std::int64_t mode : {0, 1, 2}) {
          SCOPED_TRACE(fmt::format("{} {} {} * {} mode {}", isa.name, name(dtype), m, n, mode));
          const bool whole = !is_floating(dtype);
          const double high = whole ? 1e18 : 1;  // products wrap around
          const Both both = convolved(kernel, random.array({m}, dtype, -high, high),
                                      random.array({n}, dtype, -high, high), mode);
          if (whole) {
            EXPECT_TRUE(same_elements(both.found, both.expected));
          } else {
            EXPECT_LE(error(both, std::min(m, n)), kAllowed);
          }
        }
      }
    }
  }
}

TEST_F(NativeConvolve, ByFourierInBlocksAndInOne) {
  for (const Isa& isa : native::usable_isas()) {
    const dispatch::Kernel kernel = convolution_on(isa);
    const std::int64_t bytes = native::convolve_loops(isa).vector_bytes;
    for (const DType dtype :
         {DType::float32, DType::float64, DType::complex64, DType::complex128}) {
      for (const auto& [m, n] : {std::pair{20000, 3000}, std::pair{6000, 6000}}) {
        EXPECT_TRUE(choose_convolution(dtype, m, n, m, bytes).by_fourier);
        for (const std::int64_t mode : {0, 1, 2}) {
          SCOPED_TRACE(fmt::format("{} {} {} * {} mode {}", isa.name, name(dtype), m, n, mode));
          const Both both =
              convolved(kernel, random.array({m}, dtype), random.array({n}, dtype), mode);
          EXPECT_LE(error(both, n), kAllowed);
          EXPECT_GT(error({both.found, zeros_like(both.found)}, n), 0);
        }
      }
    }
  }
}

TEST_F(NativeConvolve, TakesWhatIsPredictedToCostLess) {
  for (const std::int64_t bytes : {16, 32, 64}) {
    EXPECT_FALSE(choose_convolution(DType::float64, 1000000, 5, 1000004, bytes).by_fourier);
    EXPECT_FALSE(choose_convolution(DType::float64, 50, 50, 99, bytes).by_fourier);
    EXPECT_FALSE(choose_convolution(DType::int64, 100000, 100000, 199999, bytes).by_fourier);
    const auto whole = choose_convolution(DType::float64, 100000, 100000, 199999, bytes);
    EXPECT_TRUE(whole.by_fourier);
    EXPECT_GE(whole.block, 100000);
    const auto blocks = choose_convolution(DType::complex64, 1000000, 1000, 1000999, bytes);
    EXPECT_TRUE(blocks.by_fourier);
    EXPECT_LT(blocks.block, 500000);
  }
}

TEST_F(NativeConvolve, AnyLayout) {
  for (const Isa& isa : native::usable_isas()) {
    const dispatch::Kernel kernel = convolution_on(isa);
    for (const Layout layout : kLayouts) {
      for (const DType dtype : {DType::int32, DType::float64, DType::complex64}) {
        SCOPED_TRACE(fmt::format("{} {} {}", isa.name, to_string(layout), name(dtype)));
        const Both both = convolved(kernel, laid_out(random.array({300}, dtype), layout),
                                    laid_out(random.array({20}, dtype), layout), 0);
        if (is_floating(dtype)) {
          // Sums of what is all equal round the same way each time: by eps / 2 of half the sum, for
          // 40 real terms of both results.
          EXPECT_LE(error(both, 20), layout == Layout::broadcast ? 20 : kAllowed);
        } else {
          EXPECT_TRUE(same_elements(both.found, both.expected));
        }
      }
    }
  }
}

TEST_F(NativeConvolve, InfinityAndNaNReachOnlyWhatTheyTakePartIn) {
  const double inf = std::numeric_limits<double>::infinity();
  for (const Isa& isa : native::usable_isas()) {
    const dispatch::Kernel kernel = convolution_on(isa);
    for (const auto& [m, n] : {std::pair{100, 9}, std::pair{20000, 3000}}) {
      for (const double odd : {inf, std::nan("")}) {
        for (const bool in_taps : {false, true}) {
          SCOPED_TRACE(fmt::format("{} {} * {} with {}", isa.name, m, n, odd));
          const Array a = random.array({m}, DType::float64), b = random.array({n}, DType::float64);
          (in_taps ? b : a).span<double>()[n / 2] = odd;
          const Both both = convolved(kernel, a, b, 0);
          const auto found = both.found.span<double>(), expected = both.expected.span<double>();
          for (std::size_t i = 0; i < found.size(); ++i) {
            ASSERT_EQ(std::isnan(found[i]), std::isnan(expected[i])) << i;
            ASSERT_EQ(std::isinf(found[i]), std::isinf(expected[i])) << i;
          }
        }
      }
    }
  }
}

TEST_F(NativeConvolve, ThreadsDoNotChangeABit) {
  const dispatch::Kernel kernel = convolution_on(native::usable_isas().front());
  for (const auto& [m, n] : {std::pair{30000, 30}, std::pair{50000, 3000}}) {
    const Array a = random.array({m}, DType::float64), b = random.array({n}, DType::float64);
    const auto once = [&](int threads) {
      set_num_threads(threads);
      const Array out = Array::empty({m + n - 1}, DType::float64);
      const Attribute attributes[] = {std::int64_t{0}};
      run(kernel, op("convolve"), {a.view(), b.view()}, out.view(), attributes);
      set_num_threads(0);
      return out;
    };
    const Array alone = once(1);
    for (const int threads : {2, 3}) EXPECT_TRUE(same_elements(once(threads), alone));
  }
}

}  // namespace
}  // namespace loom::test
