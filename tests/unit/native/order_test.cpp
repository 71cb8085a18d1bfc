#include <bit>
#include <cmath>

#include "loom/ops/manipulation.h"
#include "loom/ops/sorting.h"
#include "moves.h"

// Sorting and searching: the order of the reference, that of equal elements, zeros and NaNs too.
namespace loom::test {
namespace {

constexpr std::uint64_t kSeed = 20240612;

class NativeOrder : public testing::Test {
 protected:
  Random random{kSeed};

  /// Numbers some of which are equal, infinite, zeros of both signs, or no numbers.
  Array telling(const Dims& shape, DType dtype) { return telling_numbers(random, shape, dtype); }

 private:
  testing::ScopedTrace trace_{__FILE__, __LINE__, fmt::format("seed {}", kSeed)};
};

/// Calls f(text) for both directions and both operations of sorting `a` along `axis`.
void expect_sorted(const Array& a, std::int64_t axis) {
  for (const bool descending : {false, true}) {
    SCOPED_TRACE(fmt::format("{} descending {}", to_string(a.view()), descending));
    ASSERT_TRUE(same_as_reference([&] { return sort(a, axis, descending); }));
    ASSERT_TRUE(same_as_reference([&] { return argsort(a, axis, descending); }));
  }
}

TEST_F(NativeOrder, AnyLengthOfAnyDtype) {
  for (const DType dtype : kOrdered) {
    for (const std::int64_t length : {0, 1, 2, 3, 31, 32, 33, 255, 1000, 40000}) {
      expect_sorted(telling({length}, dtype), 0);
      expect_sorted(random.array({length}, dtype, -1e9, 1e9), 0);
    }
  }
}

/// Networks have as many rows as it takes, and vectors of each instruction set their own length.
TEST_F(NativeOrder, ShortLinesOnAnyInstructionSet) {
  std::vector<std::int64_t> lengths = {127, 128, 129, 200,  256,  257,
                                       400, 513, 777, 1023, 1024, 1025};
  for (std::int64_t length = 1; length < 70; ++length) lengths.push_back(length);
  for (const native::Isa& isa : native::usable_isas()) {
    native::install_sorting(isa, [&](schema::OpId op, const dispatch::Kernel& kernel) {
      for (const DType dtype : kOrdered) {
        for (const std::int64_t length : lengths) {
          SCOPED_TRACE(
              fmt::format("{} {} of {} {}", isa.name, schema::row(op).name, length, name(dtype)));
          const Array telling_lines = telling({3, length}, dtype);
          for (const Array& a : {telling_lines, random.array({3, length}, dtype, -1e9, 1e9)}) {
            for (const bool descending : {false, true}) {
              const schema::Attribute attributes[] = {std::int64_t{1}, descending};
              const Array expected = by_reference(op, {a}, attributes);
              const Array result = Array::empty(a.shape(), expected.dtype());
              ASSERT_TRUE(run(kernel, op, {a.view()}, result.view(), attributes));
              ASSERT_EQ(std::memcmp(result.view().data, expected.view().data,
                                    static_cast<std::size_t>(result.view().bytes())),
                        0);
            }
          }
        }
      }
    });
  }
}

TEST_F(NativeOrder, AnyAxisAndLayout) {
  for (const DType dtype : {DType::int8, DType::float32, DType::int64}) {
    const Array a = telling({7, 40, 5}, dtype);
    for (const Layout layout : kLayouts) {
      const Array placed = by("reference", [&] { return laid_out(a, layout); });
      for (const std::int64_t axis : {0, 1, 2}) expect_sorted(placed, axis);
    }
  }
}

TEST_F(NativeOrder, LongLinesOnAnyNumberOfThreads) {
  for (const DType dtype : {DType::int16, DType::float32, DType::float64, DType::uint64}) {
    for (const Dims& shape : {Dims{300'001}, Dims{2, 150'000}, Dims{150'000, 2}}) {
      const std::int64_t axis = shape[0] > 2 ? 0 : 1;
      for (const Array& a : {telling(shape, dtype), random.array(shape, dtype, -1e6, 1e6)}) {
        expect_sorted(a, axis);
        ASSERT_TRUE(same_for_any_threads([&] { return sort(a, axis); }));
        ASSERT_TRUE(same_for_any_threads([&] { return argsort(a, axis, true); }));
      }
    }
  }
}

TEST_F(NativeOrder, NansKeepTheirOrderAndBits) {
  const Array a = random.array({1000}, DType::float64);
  std::uint64_t payload = 0;
  for (double& x : a.span<double>()) {
    const std::uint64_t sign = ++payload % 2 << 63;
    if (payload % 7 == 0) x = std::bit_cast<double>(0x7ff8000000000000 | sign | payload);
    if (payload % 5 == 0) x = std::copysign(0.0, x);
  }
  for (const bool descending : {false, true}) {
    const Array expected = by("reference", [&] { return sort(a, 0, descending); });
    const Array result = by("native", [&] { return sort(a, 0, descending); });
    EXPECT_EQ(std::memcmp(result.view().data, expected.view().data, 8000), 0) << descending;
  }
}

/// Keys of which a word with a place has no room for the part that differs.
TEST_F(NativeOrder, PlacesOfKeysThatDifferInTheirLastBitsOnly) {
  for (const std::int64_t outlier : {std::int64_t{0}, INT64_MAX, INT64_MIN}) {
    for (const std::int64_t length : {300, 5000, 200'000}) {
      const Array a = random.array({length}, DType::int64, 0, 1e6);
      for (std::int64_t i = 0; i < length; i += 150) a.span<std::int64_t>()[i] = outlier;
      expect_sorted(a, 0);
    }
  }
  const Array a = random.array({70'000}, DType::float64, 0, 1000);
  for (double& x : a.span<double>()) x = 1 + x * 0x1p-52;
  a.span<double>()[7] = -1e300;
  expect_sorted(a, 0);
}

TEST_F(NativeOrder, EqualElementsKeepTheirOrder) {
  for (const DType dtype : kOrdered) {
    const Array a = random.array({100'000}, dtype, 0, 3);
    expect_sorted(a, 0);
    ASSERT_TRUE(same_as_reference([&] { return argsort(zeros({5000}, dtype)); }));
  }
}

TEST_F(NativeOrder, SearchInAnyVector) {
  for (const DType dtype : kOrdered) {
    for (const std::int64_t length : {0, 1, 2, 3, 16, 17, 1000}) {
      const Array sorted = by("reference", [&] { return sort(telling({length}, dtype)); });
      const Array every_other = sorted.slice({{0, length, 2}});
      for (const std::int64_t count : {1, 15, 16, 17, 5000}) {
        const Array values = telling({count}, dtype);
        for (const Side side : {Side::left, Side::right}) {
          ASSERT_TRUE(same_as_reference([&] { return searchsorted(sorted, values, side); }))
              << length << " " << count << " " << name(dtype);
          ASSERT_TRUE(same_as_reference(
              [&] { return searchsorted(every_other, flip(values, std::nullopt), side); }));
        }
      }
    }
  }
}

}  // namespace
}  // namespace loom::test
