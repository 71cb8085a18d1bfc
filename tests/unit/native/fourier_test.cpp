#include <cmath>

#include "kernels.h"
#include "loom/backends/native/fourier/fourier.h"
#include "loom/backends/native/fourier/plan.h"
#include "loom/backends/native/fourier/workspace.h"
#include "loom/ops/elementwise.h"
#include "loom/support/threads.h"
#include "oracle.h"

// The transforms of every instruction set of this machine beside their definition and the
// reference.
namespace loom::test {
namespace {

using native::Isa;
using schema::Attribute;
using schema::op;
using schema::OpId;

constexpr std::uint64_t kSeed = 20240711;
constexpr std::int64_t kBackward = 0, kOrtho = 1, kForward = 2;

using Kernels = std::map<OpId, dispatch::Kernel>;

Kernels transforms_on(const Isa& isa) {
  Kernels kernels;
  native::install_fourier(isa,
                          [&](OpId id, const dispatch::Kernel& kernel) { kernels[id] = kernel; });
  return kernels;
}

struct Transform {
  std::int64_t length;
  std::int64_t axis = 0;
  std::int64_t norm = kBackward;
};

Array transform(const Kernels& kernels, OpId id, const Array& in, const Transform& t) {
  Dims shape = in.shape();
  shape[static_cast<int>(t.axis)] = id == op("rfft") ? t.length / 2 + 1 : t.length;
  const bool real = id == op("irfft");
  const DType dtype = real ? real_of(in.dtype()) : complex_of(in.dtype());
  const Array out = Array::empty(shape, dtype);
  const Attribute attributes[] = {t.length, t.axis, t.norm};
  run(kernels.at(id), id, {in.view()}, out.view(), attributes);
  return out;
}

Array by_reference(OpId id, const Array& in, const Transform& t) {
  const Attribute attributes[] = {t.length, t.axis, t.norm};
  return test::by_reference(id, {in}, attributes);
}

/// |a - b| / |b| in the 2-norm, in units of eps.
long double error(const std::vector<Wide>& a, const std::vector<Wide>& b, DType dtype) {
  long double difference = 0, size = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference += std::norm(a[i] - b[i]);
    size += std::norm(b[i]);
  }
  return std::sqrt(difference / size) / epsilon_of(dtype);
}

long double error(const Array& a, const Array& b) {
  EXPECT_EQ(a.shape(), b.shape());
  return error(values_of(a), values_of(b), a.dtype());
}

/// Each of the log2(n) levels rounds a few times, at random: they grow with its square root, and
/// Bluestein's algorithm takes three transforms of four times the length. Measured: at most 5 for
/// n up to 2^22, and 1 for n of 1 to 8.
long double allowed(std::int64_t n) {
  return 2 + 1.5L * std::sqrt(std::log2(static_cast<long double>(n) + 1));
}

const DType kPairs[] = {DType::complex64, DType::complex128};

class NativeFourier : public testing::Test {
 protected:
  Random random{kSeed};

 private:
  testing::ScopedTrace trace_{__FILE__, __LINE__, fmt::format("seed {}", kSeed)};
};

/// Every length up to 130, powers of all radices, primes, products with a large prime.
std::vector<std::int64_t> direct_lengths() {
  std::vector<std::int64_t> lengths = {243, 256, 343, 500, 512, 625, 961, 1000, 1009, 1024, 1018};
  for (std::int64_t n = 1; n <= 130; ++n) lengths.push_back(n);
  return lengths;
}

TEST_F(NativeFourier, LinesOfEveryLengthAreTheirDefinition) {
  for (const std::int64_t n : direct_lengths()) {
    // One sum by definition serves all: backward is forward read from the end, and the spectrum of
    // the real parts is what is Hermitian of that of the line.
    const Array single = random.array({n}, DType::complex64);
    const std::vector<Wide> forward = discrete_fourier(values_of(single), -1);
    std::vector<Wide> backward(n), half(n / 2 + 1);
    for (std::int64_t k = 0; k < n; ++k) {
      backward[k] = forward[(n - k) % n] / static_cast<long double>(n);
    }
    for (std::int64_t k = 0; k <= n / 2; ++k) {
      half[k] = (forward[k] + std::conj(forward[(n - k) % n])) / 2.0L;
    }
    for (const DType dtype : kPairs) {
      const Array line = astype(single, dtype), reals = real(line);
      for (const Isa& isa : native::usable_isas()) {
        SCOPED_TRACE(fmt::format("{} {} of length {}", isa.name, name(dtype), n));
        const Kernels kernels = transforms_on(isa);
        const Array spectrum = transform(kernels, op("rfft"), reals, {n});
        EXPECT_LE(error(values_of(transform(kernels, op("fft"), line, {n})), forward, dtype),
                  allowed(n));
        EXPECT_LE(error(values_of(transform(kernels, op("ifft"), line, {n})), backward, dtype),
                  allowed(n));
        EXPECT_LE(error(values_of(spectrum), half, dtype), allowed(n));
        EXPECT_LE(error(transform(kernels, op("irfft"), spectrum, {n}), reals), 2 * allowed(n));
      }
    }
  }
}

TEST_F(NativeFourier, BatchesOfEveryLengthAreLikeTheReferences) {
  for (std::int64_t n = 1; n <= 130; ++n) {
    const DType dtype = kPairs[n % 2];
    // 19 lines: full groups of lanes, and some left over.
    const Array lines = random.array({19, n}, dtype), beside = random.array({n, 19}, dtype);
    const Array real_lines = random.array({19, n}, real_of(dtype));
    const Array real_beside = random.array({n, 19}, real_of(dtype));
    for (const Isa& isa : native::usable_isas()) {
      SCOPED_TRACE(fmt::format("{} {} of length {}", isa.name, name(dtype), n));
      const Kernels kernels = transforms_on(isa);
      for (const OpId id : {op("fft"), op("ifft"), op("rfft"), op("irfft")}) {
        SCOPED_TRACE(schema::row(id).name);
        const bool real = id == op("rfft");
        const std::int64_t length =
            id == op("irfft") ? std::max<std::int64_t>(1, 2 * n - 1 - n % 3) : n;
        for (const std::int64_t axis : {0, 1}) {
          const Array& in = axis == 1 ? (real ? real_lines : lines) : real ? real_beside : beside;
          const Transform t{length, axis};
          EXPECT_LE(error(transform(kernels, id, in, t), by_reference(id, in, t)),
                    2 * allowed(length));
        }
      }
    }
  }
}

TEST_F(NativeFourier, LongLinesAreLikeTheReferences) {
  for (const std::int64_t n : {3 * 3 * 3 * 3 * 3 * 3 * 3 * 3 * 3, 15625, 16807, 10007, 44100,
                               100003, 1 << 14, 1 << 17, 3 << 15, 2 * 10007}) {
    for (const DType dtype : kPairs) {
      const Array line = random.array({n}, dtype), real = random.array({n}, real_of(dtype));
      for (const Isa& isa : native::usable_isas()) {
        SCOPED_TRACE(fmt::format("{} {} of length {}", isa.name, name(dtype), n));
        const Kernels kernels = transforms_on(isa);
        for (const OpId id : {op("fft"), op("ifft"), op("rfft"), op("irfft")}) {
          const Array& in = id == op("rfft") ? real : line;
          const std::int64_t length = id == op("irfft") ? 2 * n - 2 : n;
          EXPECT_LE(error(transform(kernels, id, in, {length}), by_reference(id, in, {length})),
                    2 * allowed(length))
              << schema::row(id).name;
        }
      }
    }
  }
}

TEST_F(NativeFourier, AnyAxisInAnyLayoutCutOrPadded) {
  const Dims shape{5, 24, 21};
  for (const DType dtype : kPairs) {
    for (const Layout layout : kLayouts) {
      const Array a = laid_out(random.array(shape, dtype), layout);
      const Array real = laid_out(random.array(shape, real_of(dtype)), layout);
      for (const Isa& isa : native::usable_isas()) {
        const Kernels kernels = transforms_on(isa);
        for (const OpId id : {op("fft"), op("ifft"), op("rfft"), op("irfft")}) {
          const Array& in = id == op("rfft") ? real : a;
          for (const std::int64_t axis : {0, 1, 2}) {
            for (const std::int64_t length : {1, 4, 7, 20, 37, 64}) {
              SCOPED_TRACE(fmt::format("{} {} {} {} axis {} length {}", isa.name,
                                       schema::row(id).name, name(dtype), to_string(layout), axis,
                                       length));
              const Transform t{length, axis, kOrtho};
              EXPECT_LE(error(transform(kernels, id, in, t), by_reference(id, in, t)),
                        2 * allowed(length));
            }
          }
        }
      }
    }
  }
}

TEST_F(NativeFourier, LongLinesWithGapsAndLinesOfNothing) {
  const std::int64_t n = 5000;
  for (const Isa& isa : native::usable_isas()) {
    SCOPED_TRACE(isa.name);
    const Kernels kernels = transforms_on(isa);
    for (const Layout layout : kLayouts) {
      const Array a = laid_out(random.array({n, 3}, DType::complex128), layout);
      const Array real = laid_out(random.array({n, 3}, DType::float32), layout);
      for (const std::int64_t length : {n - 1, n, n + 120}) {
        SCOPED_TRACE(fmt::format("{} {}", to_string(layout), length));
        EXPECT_LE(
            error(transform(kernels, op("fft"), a, {length}), by_reference(op("fft"), a, {length})),
            2 * allowed(n));
        EXPECT_LE(error(transform(kernels, op("rfft"), real, {length}),
                        by_reference(op("rfft"), real, {length})),
                  2 * allowed(n));
        EXPECT_LE(error(transform(kernels, op("irfft"), a, {length}),
                        by_reference(op("irfft"), a, {length})),
                  2 * allowed(n));
      }
    }
    EXPECT_EQ(transform(kernels, op("fft"), Array::empty({0, 4}, DType::complex64), {4, 1}).size(),
              0);
    const Array zeros =
        transform(kernels, op("rfft"), Array::empty({3, 0}, DType::float64), {4, 1});
    for (const Wide& x : values_of(zeros)) EXPECT_EQ(x, Wide(0));
  }
}

TEST_F(NativeFourier, TheNormSaysWhereTheFactorStands) {
  const std::int64_t n = 64;
  for (const Isa& isa : native::usable_isas()) {
    const Kernels kernels = transforms_on(isa);
    for (const std::int64_t lines : {1, 20}) {  // as lines, as rows
      const Array ones = full({lines, n}, 1, DType::complex128);
      const Array half = full({lines, n / 2 + 1}, 1, DType::complex128);
      const auto first = [&](OpId id, const Array& in, std::int64_t norm) {
        return values_of(transform(kernels, id, in, {n, 1, norm})).at(0);
      };
      for (const OpId id : {op("fft"), op("ifft"), op("rfft"), op("irfft")}) {
        const Array in = id == op("irfft")  ? half
                         : id == op("rfft") ? full({lines, n}, 1, DType::float64)
                                            : ones;
        const bool forward = id == op("fft") || id == op("rfft");
        EXPECT_EQ(first(id, in, kBackward), Wide(forward ? n : 1));
        EXPECT_EQ(first(id, in, kOrtho), Wide(8));
        EXPECT_EQ(first(id, in, kForward), Wide(forward ? 1 : n));
      }
    }
  }
}

TEST_F(NativeFourier, EndsOfHermitianSpectraAreReal) {
  for (const Isa& isa : native::usable_isas()) {
    const Kernels kernels = transforms_on(isa);
    for (const std::int64_t n : {2, 7, 30, 37, 64, 1009, 4096}) {
      for (const std::int64_t lines : {1, 20}) {
        SCOPED_TRACE(fmt::format("{} length {} of {}", isa.name, n, lines));
        const Array half =
            transform(kernels, op("rfft"), random.array({lines, n}, DType::float64), {n, 1});
        EXPECT_EQ(half.at<std::complex<double>>({lines - 1, 0}).imag(), 0);
        if (n % 2 == 0) {
          EXPECT_EQ(half.at<std::complex<double>>({lines - 1, n / 2}).imag(), 0);
        }
        const Array changed = copy(half);
        auto terms = changed.span<std::complex<double>>();
        for (std::int64_t k = 0; k < lines; ++k) {
          terms[k * (n / 2 + 1)] += std::complex<double>(0, 3);
          if (n % 2 == 0) terms[k * (n / 2 + 1) + n / 2] += std::complex<double>(0, -2);
        }
        EXPECT_TRUE(same_elements(transform(kernels, op("irfft"), changed, {n, 1}),
                                  transform(kernels, op("irfft"), half, {n, 1})));
      }
    }
  }
}

TEST_F(NativeFourier, RoundTripsAndParsevalsTheorem) {
  for (const std::int64_t n : {1 << 20, 1 << 21, 1000 * 1000}) {
    for (const DType dtype : kPairs) {
      SCOPED_TRACE(fmt::format("{} {}", name(dtype), n));
      const Kernels kernels = transforms_on(native::usable_isas().front());
      const Array line = random.array({n}, dtype), real = random.array({n}, real_of(dtype));
      const Array spectrum = transform(kernels, op("fft"), line, {n, 0, kOrtho});
      EXPECT_LE(error(transform(kernels, op("ifft"), spectrum, {n, 0, kOrtho}), line),
                2 * allowed(n));
      const Array half = transform(kernels, op("rfft"), real, {n});
      EXPECT_LE(error(transform(kernels, op("irfft"), half, {n}), real), 2 * allowed(n));
      const auto power = [](const Array& a) {
        long double sum = 0;
        for (const Wide& x : values_of(a)) sum += std::norm(x);
        return sum;
      };
      EXPECT_NEAR(power(spectrum) / power(line), 1, 2 * allowed(n) * epsilon_of(dtype));
    }
  }
}

TEST_F(NativeFourier, NaNReachesEverythingAndNothingElseDoes) {
  for (const Isa& isa : native::usable_isas()) {
    const Kernels kernels = transforms_on(isa);
    for (const std::int64_t n : {5, 64, 1000, 1009}) {
      for (const std::int64_t lines : {3, 20}) {
        SCOPED_TRACE(fmt::format("{} length {} of {}", isa.name, n, lines));
        const Array in = random.array({lines, n}, DType::complex128);
        in.span<std::complex<double>>()[n + n / 3] = {std::nan(""), 0};
        const Array out = transform(kernels, op("fft"), in, {n, 1});
        const auto elements = out.span<std::complex<double>>();
        for (std::int64_t i = 0; i < lines * n; ++i) {
          const bool either = std::isnan(elements[i].real()) || std::isnan(elements[i].imag());
          EXPECT_EQ(either, i / n == 1) << i;
        }
      }
    }
  }
}

TEST_F(NativeFourier, ThreadsDoNotChangeABit) {
  const Kernels kernels = transforms_on(native::usable_isas().front());
  const auto everything = [&](std::uint64_t seed) {
    Random same(seed);
    std::vector<Array> results;
    for (const std::int64_t n : {1 << 17, 100003, 59049, 2 * 59049}) {
      const Array line = same.array({n}, DType::complex128);
      const Array real = same.array({n}, DType::float64);
      results.push_back(transform(kernels, op("fft"), line, {n}));
      results.push_back(transform(kernels, op("rfft"), real, {n}));
      results.push_back(transform(kernels, op("irfft"), line, {n}));
    }
    const Array stack = same.array({30, 40, 50}, DType::complex64);
    for (const std::int64_t axis : {0, 1, 2}) {
      results.push_back(transform(kernels, op("fft"), stack, {stack.shape(axis), axis}));
    }
    return results;
  };
  set_num_threads(1);
  const std::vector<Array> expected = everything(kSeed);
  for (const int threads : {2, 3}) {
    set_num_threads(threads);
    const std::vector<Array> found = everything(kSeed);
    for (std::size_t i = 0; i < found.size(); ++i) {
      EXPECT_TRUE(same_elements(found[i], expected[i])) << threads << " threads, result " << i;
    }
  }
  set_num_threads(0);
}

TEST(FourierWorkspace, IsAlignedAndTakenAgain) {
  using native::fourier::Workspace;
  void* first = nullptr;
  {
    const Workspace<double> small(1000), large(300000), none(0);
    for (const void* data : {small.get(), large.get(), none.get()}) {
      EXPECT_EQ(reinterpret_cast<std::uintptr_t>(data) % native::fourier::kAlignment, 0);
    }
    first = small.get();
    std::fill_n(large.get(), 300000, 1.0);
  }
  const Workspace<float> again(2000);
  EXPECT_EQ(static_cast<void*>(again.get()), first);
}

TEST(FourierPlans, PrimesUpTo127HaveAButterfly) {
  using native::fourier::has_rows;
  for (const std::int64_t n : {1, 2, 97, 127, 127 * 64, 1 << 20}) EXPECT_TRUE(has_rows(n)) << n;
  for (const std::int64_t n : {131, 2 * 131, 10007, 1009}) EXPECT_FALSE(has_rows(n)) << n;
}

TEST(FourierPlans, LinesAreSplitEvenlyAndPrimesConvolved) {
  const native::fourier::LinePlan<double> even(1 << 20, 8);
  ASSERT_NE(even.matrix(), nullptr);
  EXPECT_EQ(even.matrix()->columns.size() * even.matrix()->rows.size(), 1 << 20);
  EXPECT_LE(even.matrix()->columns.size(), 2048);
  EXPECT_LE(even.matrix()->rows.size(), 2048);
  const native::fourier::LinePlan<double> prime(10007, 8);
  ASSERT_NE(prime.chirp(), nullptr);
  EXPECT_GE(prime.chirp()->plan->size(), 2 * 10007 - 1);
  EXPECT_GT(prime.bytes(), 0);
}

}  // namespace
}  // namespace loom::test
