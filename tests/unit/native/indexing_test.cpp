#include "loom/ops/indexing.h"

#include "loom/ops/creation.h"
#include "loom/ops/elementwise_functions.h"
#include "loom/ops/linalg.h"
#include "loom/ops/manipulation.h"
#include "loom/ops/reduction.h"
#include "loom/ops/sorting.h"
#include "moves.h"

namespace loom::test {
namespace {

constexpr std::uint64_t kSeed = 20240614;

class NativeIndexing : public testing::Test {
 protected:
  Random random{kSeed};

  Array indices(const Dims& shape, std::int64_t extent) {
    const auto end = static_cast<double>(extent);
    return random.array(shape, DType::int64, -end, end - 1);
  }

 private:
  testing::ScopedTrace trace_{__FILE__, __LINE__, fmt::format("seed {}", kSeed)};
};

TEST_F(NativeIndexing, TakesAlongAnyAxis) {
  for (const DType dtype : kSizes) {
    const Array a = random.array({13, 17, 19}, dtype, 0, 100);
    for (const std::int64_t axis : {0, 1, 2}) {
      const std::int64_t extent = a.shape(axis);
      for (const Dims& shape : {Dims{}, Dims{0}, Dims{1}, Dims{40}, Dims{3, 1100}}) {
        const Array at = indices(shape, extent);
        ASSERT_TRUE(same_as_reference([&] { return take(a, at, axis); })) << axis;
        const Array backwards = flip(at, std::nullopt);
        ASSERT_TRUE(same_as_reference([&] { return take(a, backwards, axis); })) << axis;
      }
      Dims shape = a.shape();
      shape[static_cast<int>(axis)] = 30;
      const Array at = indices(shape, extent);
      ASSERT_TRUE(same_as_reference([&] { return take_along_axis(a, at, axis); }));
      const Array turned = a.transpose(), at_turned = at.transpose();
      ASSERT_TRUE(same_as_reference([&] { return take_along_axis(turned, at_turned, 2 - axis); }));
    }
  }
}

TEST_F(NativeIndexing, LargeOnesOnAnyNumberOfThreads) {
  const Array v = random.array({200'000}, DType::float64), at = indices({300'000}, 200'000);
  const Array m = random.array({500, 400}, DType::float32), rows = indices({700}, 500);
  const Array mask = random.array({300'000}, DType::boolean);
  ASSERT_TRUE(same_for_any_threads([&] { return take(v, at, 0); }));
  ASSERT_TRUE(same_for_any_threads([&] { return take(m, rows, 0); }));
  ASSERT_TRUE(same_for_any_threads([&] { return nonzero(mask)[0]; }));
  ASSERT_TRUE(same_for_any_threads([&] { return take_along_axis(m, argsort(m, 0), 0); }));
  ASSERT_TRUE(same_as_reference([&] { return take(v, at, 0); }));
  ASSERT_TRUE(same_as_reference([&] { return take(m, rows, 0); }));
}

/// Copies of `a` with `index` set to `value`, also where `a` has gaps.
void expect_assigned(const Array& a, const std::vector<Index>& index, const Array& value) {
  for (const Layout layout : kLayouts) {
    if (layout == Layout::broadcast) continue;
    ASSERT_TRUE(same_as_reference([&] {
      const Array target = laid_out(a, layout);
      set_item(target, index, value);
      return target;
    })) << to_string(layout);
  }
}

TEST_F(NativeIndexing, AssignsByIndexAndTheLastOneWins) {
  for (const DType dtype : kSizes) {
    const Array v = random.array({300}, dtype, 0, 100), at = indices({2500}, 300);
    expect_assigned(v, {at}, random.array({2500}, dtype, 0, 100));
    expect_assigned(v, {at}, random.array({}, dtype, 0, 100));
    expect_assigned(v, {indices({0}, 300)}, random.array({}, dtype, 0, 100));
    const Array mask = random.array({300}, DType::boolean);
    expect_assigned(v, {mask}, random.array({}, dtype, 0, 100));
    const std::int64_t count =
        by("reference", [&] { return count_nonzero(mask); }).item<std::int64_t>();
    expect_assigned(v, {mask}, random.array({count}, dtype, 0, 100));
  }
}

TEST_F(NativeIndexing, AssignsRows) {
  for (const DType dtype : kSizes) {
    const Array m = random.array({30, 40}, dtype, 0, 100), rows = indices({70}, 30);
    const auto written = [&](const Array& value) {
      return [&m, &rows, value] {
        const Array target = copy(m);
        const Index index[] = {rows};
        set_item(target, index, value);
        return target;
      };
    };
    ASSERT_TRUE(same_as_reference(written(random.array({70, 40}, dtype, 0, 100))));
    ASSERT_TRUE(same_as_reference(written(random.array({40}, dtype, 0, 100))));
    ASSERT_TRUE(same_for_any_threads(written(random.array({70, 40}, dtype, 0, 100))));
  }
}

TEST_F(NativeIndexing, FindsWhatIsNotZero) {
  for (int i = 0; i < kDTypeCount; ++i) {
    const auto dtype = static_cast<DType>(i);
    for (const Dims& shape : {Dims{1}, Dims{0}, Dims{511}, Dims{33, 70}, Dims{3, 5, 4500}}) {
      const Array a = telling_numbers(random, shape, dtype);
      ASSERT_TRUE(same_as_reference([&] { return stack(nonzero(a)); })) << to_string(a.view());
    }
  }
}

/// Eight at a time, of vectors of any length, and the same of elements that have gaps.
TEST_F(NativeIndexing, FindsFewAndManyOnAnyInstructionSet) {
  for (const native::Isa& isa : native::usable_isas()) {
    native::install_nonzero(isa, [&](schema::OpId op, const dispatch::Kernel& kernel) {
      for (int i = 0; i < kDTypeCount; ++i) {
        for (const std::int64_t size : {1, 7, 8, 9, 64, 100, 32768, 32777}) {
          for (const double largest : {0.0, 1.0, 300.0}) {
            const Array numbers = random.array({size}, DType::float64, -largest, largest);
            const Array a = astype(trunc(numbers), static_cast<DType>(i));  // zeros of both signs
            SCOPED_TRACE(fmt::format("{} {} up to {}", isa.name, to_string(a.view()), largest));
            const schema::Attribute attributes[] = {count_nonzero(a).item<std::int64_t>()};
            const Array expected = by_reference(op, {a}, attributes);
            const Array result = Array::empty(expected.shape(), expected.dtype());
            ASSERT_TRUE(run(kernel, op, {a.view()}, result.view(), attributes));
            ASSERT_TRUE(same_elements(result, expected));
          }
        }
      }
    });
  }
  const Array a = random.array({70, 90}, DType::int8, 0, 2);
  for (const Array& gaps : {flip(a, Dims{1}), a.slice({{}, {{}, {}, 2}}), matrix_transpose(a)}) {
    ASSERT_TRUE(same_as_reference([&] { return stack(nonzero(gaps)); }));
  }
}

TEST_F(NativeIndexing, LeavesIndicesThatAreNoneToTheReference) {
  const Array v = random.array({5000}, DType::float64);
  for (const std::int64_t wrong : {std::int64_t{5000}, std::int64_t{-5001}, INT64_MAX, INT64_MIN}) {
    const Array at = indices({4000}, 5000);
    at.span<std::int64_t>()[3999] = wrong;
    const Index index[] = {at};
    const Array target = copy(v);
    for (const char* backend : {"native", "reference"}) {
      const BackendScope scope(backend);
      EXPECT_THROW(take(v, at, 0), IndexError);
      EXPECT_THROW(take_along_axis(v, at, 0), IndexError);
      EXPECT_THROW(set_item(target, index, Array::scalar(1.0)), IndexError);
    }
    EXPECT_TRUE(same_elements(target, v)) << "something was written";
    EXPECT_THROW(by("native", [&] { return take(zeros({5000, 0}), at, 0); }), IndexError);
  }
}

}  // namespace
}  // namespace loom::test
