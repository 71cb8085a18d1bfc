#include "loom/ops/reduction.h"

#include <numeric>

#include "kernels.h"
#include "loom/backends/native/reduction.h"
#include "loom/dispatch/trace.h"
#include "loom/ops/creation.h"
#include "loom/ops/elementwise.h"
#include "loom/ops/manipulation.h"
#include "loom/support/threads.h"

// Every reduction on every instruction set of this machine: the bits of the reference, or at least
// the same bits on all of them and for any number of threads.
namespace loom::test {
namespace {

using dispatch::Kernel;
using schema::Attribute;
using schema::op;
using schema::OpId;

constexpr std::uint64_t kSeed = 20240611;

std::map<OpId, Kernel> reductions_on(const native::Isa& isa) {
  std::map<OpId, Kernel> kernels;
  native::install_reductions(isa, [&](OpId id, const Kernel& kernel) { kernels[id] = kernel; });
  return kernels;
}

std::vector<Attribute> attributes_of(OpId id, const Dims& axes) {
  std::vector<Attribute> attributes = {axes, false};
  if (id == op("var")) attributes.emplace_back(1.5);
  return attributes;
}

/// Calls f(op, kernel, dtype) for everything that a machine's kernels compute.
template <class F>
void for_each_reduction(F f) {
  for (const native::Isa& isa : native::usable_isas()) {
    for (const auto& [id, kernel] : reductions_on(isa)) {
      for (int i = 0; i < kDTypeCount; ++i) {
        const auto dtype = static_cast<DType>(i);
        if (!kernel.dtypes.contains(dtype)) continue;
        SCOPED_TRACE(fmt::format("{} {} of {}", isa.name, schema::row(id).name, name(dtype)));
        f(id, kernel, dtype);
        if (testing::Test::HasFailure()) return;  // one is enough to look at
      }
    }
  }
}

Array by_reference(OpId id, const Array& a, const Dims& axes) {
  const std::vector<Attribute> attributes = attributes_of(id, axes);
  return test::by_reference(id, std::vector<Array>{a}, schema::Attributes(attributes));
}

/// What a kernel gives, in memory that held other bytes.
Array by_kernel(const Kernel& kernel, OpId id, const Array& a, const Dims& axes) {
  const std::vector<Attribute> attributes = attributes_of(id, axes);
  const View input = a.view();
  const schema::Query query{schema::row(id), {&input, 1}, attributes};
  Dims shape;
  schema::row(id).shapes(query, {&shape, 1});
  const Array result = Array::empty(shape, schema::row(id).dtypes(query).outputs[0]);
  std::memset(result.view().data, 1, static_cast<std::size_t>(result.nbytes()));
  run(kernel, id, {input}, result.view(), attributes);
  return result;
}

class NativeReduction : public testing::Test {
 protected:
  Random random{kSeed};

  /// Numbers whose sums round, or such that are telling where sums are not what matters.
  Array numbers(OpId id, const Dims& shape, DType dtype) {
    const bool sums = id == op("sum") || id == op("mean") || id == op("var");
    if (id == op("prod") && is_integer(dtype)) {
      // Odd ones, of which no number of factors makes 0.
      const Array two = full({}, 2, dtype), three = full({}, 3, dtype);
      return subtract(three, multiply(two, random.array(shape, dtype, 0, 3)));
    }
    if (id == op("prod")) return random.array(shape, dtype, 0.5, 1.5);
    return sums && is_floating(dtype) ? random.array(shape, dtype, -100, 100)
                                      : telling_numbers(random, shape, dtype);
  }

  void expect_like_reference(const Kernel& kernel, OpId id, const Array& a, const Dims& axes) {
    const Array expected = by_reference(id, a, axes);
    ASSERT_TRUE(same_elements(by_kernel(kernel, id, a, axes), expected))
        << to_string(a.view()) << " over " << to_string(axes);
  }

 private:
  testing::ScopedTrace trace_{__FILE__, __LINE__, fmt::format("seed {}", kSeed)};
};

TEST_F(NativeReduction, LinesOfAnyLengthAnywhere) {
  for_each_reduction([&](OpId id, const Kernel& kernel, DType dtype) {
    // Around the borders of vectors, of blocks of sums, of blocks of what has no order.
    std::vector<std::int64_t> lengths(70);
    std::iota(lengths.begin(), lengths.end(), 1);
    for (const std::int64_t border : {128, 256, 384, 512, 1024, 2048, 4096, 8192, 32768}) {
      for (const std::int64_t more : {-1, 0, 1, 9}) lengths.push_back(border + more);
    }
    const Array all = numbers(id, {32800}, dtype);
    for (const std::int64_t length : lengths) {
      const std::int64_t start = length % 2;  // every other one is not aligned
      expect_like_reference(kernel, id, all.slice_axis(0, start, start + length), {0});
      if (HasFatalFailure()) return;
    }
  });
}

TEST_F(NativeReduction, ColumnsOfAnyNumberAndLength) {
  for_each_reduction([&](OpId id, const Kernel& kernel, DType dtype) {
    for (const std::int64_t rows : {2, 7, 8, 9, 31, 33, 127, 128, 129, 300}) {
      for (const std::int64_t width : {1, 2, 7, 8, 15, 16, 65, 259}) {
        expect_like_reference(kernel, id, numbers(id, {rows, width}, dtype), {0});
        if (HasFatalFailure()) return;
      }
    }
    expect_like_reference(kernel, id, numbers(id, {5, 2300}, dtype), {0});   // several panels
    expect_like_reference(kernel, id, numbers(id, {5000, 19}, dtype), {0});  // several chunks
  });
}

/// Whether the reference rounds in another order than the native kernels, which go through several
/// axes as they lie in memory.
bool is_in_other_order(OpId id, DType dtype, const Dims& axes, Layout layout) {
  const bool rounds = id == op("var") || id == op("mean") ||
                      (is_floating(dtype) && (id == op("sum") || id == op("prod")));
  return rounds && axes.size() > 1 && layout == Layout::transposed;
}

TEST_F(NativeReduction, AnyAxesOfAnyLayout) {
  const std::vector<std::pair<Dims, std::vector<Dims>>> cases = {
      {{37, 70}, {{0}, {1}, {0, 1}}},
      {{1000, 3}, {{0}, {1}, {0, 1}}},
      {{3, 1000}, {{0}, {1}}},
      {{5, 40, 33}, {{0}, {1}, {2}, {0, 1}, {1, 2}, {0, 2}, {0, 1, 2}}},
      {{2, 3, 4, 9}, {{1, 3}, {0, 2}, {2}, {}}}};
  for_each_reduction([&](OpId id, const Kernel& kernel, DType dtype) {
    const bool single = id == op("argmin") || id == op("argmax");
    for (const auto& [shape, choices] : cases) {
      const Array a = numbers(id, shape, dtype);
      for (const Layout layout : kLayouts) {
        const Array placed = [&] {
          const BackendScope scope("reference");
          return laid_out(a, layout);
        }();
        for (const Dims& axes : choices) {
          if (single && axes.empty()) continue;
          if (is_in_other_order(id, dtype, axes, layout)) continue;
          SCOPED_TRACE(to_string(layout));
          expect_like_reference(kernel, id, placed, axes);
          if (HasFatalFailure()) return;
        }
      }
    }
  });
}

TEST_F(NativeReduction, TransposedElementsAreTakenAsTheyLie) {
  const Array a = random.array({70, 300}, DType::float64, -100, 100);
  for (const native::Isa& isa : native::usable_isas()) {
    for (const auto& [id, kernel] : reductions_on(isa)) {
      if (id == op("argmin") || id == op("argmax")) continue;
      EXPECT_TRUE(same_elements(by_kernel(kernel, id, a.transpose(), {0, 1}),
                                by_kernel(kernel, id, a, {0, 1})))
          << schema::row(id).name;
    }
  }
}

TEST_F(NativeReduction, NothingIsWrittenBehindTheResults) {
  const Array a = random.array({300, 67}, DType::float32);
  const Array room = full({80}, 7.0, DType::float32);
  const auto attributes = attributes_of(op("sum"), {0});
  for (const native::Isa& isa : native::usable_isas()) {
    run(reductions_on(isa).at(op("sum")), op("sum"), {a.view()}, room.slice_axis(0, 0, 67).view(),
        attributes);
    for (std::int64_t i = 67; i < 80; ++i) ASSERT_EQ(room.at<float>({i}), 7) << isa.name;
  }
}

TEST_F(NativeReduction, OfNothing) {
  for_each_reduction([&](OpId id, const Kernel& kernel, DType dtype) {
    if (id == op("argmin") || id == op("argmax")) return;
    for (const Dims& shape : {Dims{0, 3}, Dims{3, 0}, Dims{0, 0}}) {
      for (const Dims& axes : {Dims{0}, Dims{1}, Dims{0, 1}, Dims{}}) {
        expect_like_reference(kernel, id, Array::empty(shape, dtype), axes);
        if (HasFatalFailure()) return;
      }
    }
  });
}

TEST_F(NativeReduction, SpecialNumbersWhereverTheyAre) {
  constexpr double kInf = INFINITY, kNan = NAN;
  const std::vector<std::vector<double>> specials = {
      {kNan}, {kInf}, {-kInf}, {kInf, -kInf}, {kNan, kInf}, {0.0, -0.0}, {1e308, 1e308}};
  for_each_reduction([&](OpId id, const Kernel& kernel, DType dtype) {
    if (dtype != DType::float64 && dtype != DType::float32) return;
    for (const double rest : {0.0, -0.0, 1.0, -1.0}) {
      for (const auto& special : specials) {
        const std::int64_t length = random.number<std::int64_t>(1, 600);
        for (const Dims& shape : {Dims{length}, Dims{length, 5}}) {
          const Array a = full(shape, rest, dtype);
          const std::int64_t last = a.size() - 1;
          visit_floating(dtype, [&]<class T>(std::type_identity<T>) {
            for (const double x : special) {
              a.span<T>()[random.number<std::int64_t>(0, static_cast<double>(last))] =
                  static_cast<T>(x);
            }
          });
          expect_like_reference(kernel, id, a, {0});
          if (HasFatalFailure()) return;
        }
      }
    }
  });
}

TEST_F(NativeReduction, ThreadsChangeNothing) {
  // Several chunks of one line; many lines; several chunks of several panels.
  for (const Dims& shape : {Dims{1, 70'007}, Dims{401, 203}, Dims{5'001, 31}}) {
    for (const DType dtype : {DType::float64, DType::float32, DType::complex64, DType::int8}) {
      for_each_reduction([&](OpId id, const Kernel& kernel, DType its_dtype) {
        if (its_dtype != dtype) return;
        const Array a = numbers(id, shape, dtype);
        for (const Dims& axes : {Dims{0}, Dims{1}, Dims{0, 1}}) {
          set_num_threads(1);
          const Array alone = by_kernel(kernel, id, a, axes);
          ASSERT_TRUE(same_elements(alone, by_reference(id, a, axes))) << to_string(axes);
          for (const int threads : {2, 3, 4}) {
            set_num_threads(threads);
            ASSERT_TRUE(same_elements(by_kernel(kernel, id, a, axes), alone))
                << threads << " threads, " << to_string(shape) << " over " << to_string(axes);
          }
        }
      });
      set_num_threads(0);
    }
  }
}

TEST_F(NativeReduction, IllConditionedSumsHaveTheErrorOfPairwiseSummation) {
  constexpr std::int64_t kSize = 1'000'003;
  const Array a = Array::empty({kSize}, DType::float64);
  long double exact = 0, sizes = 0;
  for (std::int64_t i = 0; i < kSize; ++i) {
    // Large numbers that cancel, and small ones that remain.
    const double large = std::ldexp(random.number<double>(1, 2), 40);
    double& x = a.span<double>()[i];
    x = i % 2 == 0 || i + 1 == kSize ? large
                                     : random.number<double>(0, 1) - a.span<double>()[i - 1];
    exact += x;
    sizes += std::abs(x);
  }
  // 16 steps of a lane, 3 levels of lanes, 13 of blocks; each rounds by 2^-53 at most.
  const long double bound = (16 + 3 + 13) * 0x1p-53L * sizes;
  const BackendScope scope("native");
  EXPECT_LE(std::abs(sum(a).item<double>() - exact), bound);
  EXPECT_LE(std::abs(mean(a).item<double>() - exact / kSize), bound / kSize);
}

TEST_F(NativeReduction, VarianceFarFromZero) {
  constexpr std::int64_t kSize = 300'000;
  const Array a = random.array({kSize}, DType::float64, 1e8 - 1, 1e8 + 1);
  long double mean = 0, squares = 0;
  for (const double x : a.span<double>()) mean += x;
  mean /= kSize;
  for (const double x : a.span<double>()) squares += (x - mean) * (x - mean);
  const BackendScope scope("native");
  // The mean is off by 30 * 2^-53 * 1e8 < 4e-7 at most, the square of which is added.
  EXPECT_NEAR(var(a).item<double>(), static_cast<double>(squares / kSize), 2e-13);
}

TEST_F(NativeReduction, PlacesAreTheFirstOnes) {
  const BackendScope scope("native");
  for (const std::int64_t first : {0, 1, 127, 128, 1023, 40'000, 99'999}) {
    for (const double best : {5.0, std::nan("")}) {
      const Array a = zeros({100'000});
      for (std::int64_t i = first; i < a.size(); i += 77) a.span<double>()[i] = best;
      EXPECT_EQ(argmax(a).item<std::int64_t>(), first) << best;
      if (best != best) {
        EXPECT_EQ(argmin(a).item<std::int64_t>(), first);
      }
      const Array columns = reshape(a, {1000, 100});
      EXPECT_EQ(argmax(columns, 0).at<std::int64_t>({first % 100}), first / 100) << best;
      EXPECT_EQ(argmax(columns.transpose()).item<std::int64_t>(),
                argmax(copy(columns.transpose())).item<std::int64_t>());
    }
  }
}

TEST(NativeReductions, ComputeWithoutBeingAskedForAndLeaveComplexProducts) {
  const BackendScope scope("auto");
  const auto computes = [](auto operation) {
    const Trace trace;
    operation();
    return trace.events().back().backend;
  };
  const Array a = ones({1000, 30});
  EXPECT_EQ(computes([&] { sum(a, Dims{0}); }), "native");
  EXPECT_EQ(computes([&] { sum(a); }), "native");
  EXPECT_EQ(computes([&] { var(a); }), "native");
  EXPECT_EQ(computes([&] { prod(astype(a, DType::complex64)); }), "reference");
}

}  // namespace
}  // namespace loom::test
