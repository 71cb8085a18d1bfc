#include "loom/ops/manipulation.h"
#include "moves.h"

// Copies between layouts: blocks, what is left beside them, and nothing else written.
namespace loom::test {
namespace {

constexpr std::uint64_t kSeed = 20240611;

class NativeCopy : public testing::Test {
 protected:
  Random random{kSeed};

 private:
  testing::ScopedTrace trace_{__FILE__, __LINE__, fmt::format("seed {}", kSeed)};
};

TEST_F(NativeCopy, TransposesOfAnyShape) {
  for (const DType dtype : kSizes) {
    for (const std::int64_t rows : {1, 2, 15, 16, 17, 63, 64, 65, 300}) {
      for (const std::int64_t columns : {1, 3, 31, 33, 64, 129}) {
        const Array a = random.array({rows, columns}, dtype, 0, 100);
        for (const Array& view : {a.transpose(), flip(a.transpose(), Dims{0}),
                                  flip(a.transpose(), Dims{1}), flip(a, std::nullopt)}) {
          ASSERT_TRUE(same_as_reference([&] { return copy(view); }))
              << rows << " x " << columns << " " << name(dtype);
        }
      }
    }
  }
}

TEST_F(NativeCopy, AllOrdersOfDimensions) {
  for (const DType dtype : kSizes) {
    const Array a = random.array({5, 17, 2, 33}, dtype, 0, 100);
    Dims order{0, 1, 2, 3};
    do {
      const Array view = a.transpose(order);
      ASSERT_TRUE(same_as_reference([&] { return copy(view); })) << to_string(order);
      const Array gaps = flip(view, Dims{1}).slice({{}, {}, {}, {{}, {}, 2}});
      ASSERT_TRUE(same_as_reference([&] { return copy(gaps); })) << to_string(order);
    } while (std::next_permutation(order.begin(), order.end()));
  }
}

/// As many as vectors hold and some more, of elements at any distance.
TEST_F(NativeCopy, AnyStepAndCount) {
  for (const DType dtype : kSizes) {
    const Array values = random.array({700}, dtype, 1, 100);
    for (const std::int64_t step : {-3, -2, -1, 1, 2, 3}) {
      for (const std::int64_t count : {1, 2, 15, 16, 17, 33, 64, 65, 127, 128, 129, 200}) {
        // The last element of the memory is the last one that is copied, or the first one.
        const Array part = step > 0 ? values.slice({{700 - (count - 1) * step - 1, {}, step}})
                                    : values.slice({{{}, 700 + count * step - 1, step}});
        ASSERT_TRUE(same_as_reference([&] { return copy(part); })) << to_string(part.view());
      }
    }
  }
}

TEST_F(NativeCopy, BetweenAnyLayouts) {
  for (const DType dtype : kSizes) {
    for (const Dims& shape :
         {Dims{}, Dims{1}, Dims{0, 3}, Dims{70}, Dims{19, 70}, Dims{3, 18, 34}}) {
      const Array values = random.array(shape, dtype, 1, 100);
      for (const Layout from : kLayouts) {
        const Array source = by("reference", [&] { return laid_out(values, from); });
        for (const Layout to : kLayouts) {
          if (to == Layout::broadcast) continue;
          const auto elements = [&] {
            const Array target = laid_out(zeros(shape, dtype), to);
            assign(target, source);
            return copy(target);
          };
          ASSERT_TRUE(same_as_reference(elements)) << to_string(from) << " " << to_string(to);
        }
      }
    }
  }
}

TEST_F(NativeCopy, WritesNothingBesideAStridedTarget) {
  for (const DType dtype : kSizes) {
    const Array values = random.array({40, 33}, dtype, 1, 100);
    const Array turned = random.array({33, 40}, dtype, 1, 100).transpose();
    for (const Array& source : {values, turned, flip(values, Dims{1})}) {
      const auto around = [&] {
        const Array memory = zeros({90, 70}, dtype);
        assign(memory.slice({{3, 83, 2}, {2, 68, 2}}), source);
        assign(memory.slice({{4, 84, 2}, {3, 69, 2}}).slice({{{}, {}, -1}}), source);
        return memory;
      };
      ASSERT_TRUE(same_as_reference(around)) << name(dtype);
    }
  }
}

TEST_F(NativeCopy, FillsAndStretches) {
  for (const DType dtype : kSizes) {
    const Array row = random.array({33}, dtype, 1, 100), column = row.expand_dims(1);
    ASSERT_TRUE(same_as_reference([&] { return copy(row.broadcast_to({50, 33})); }));
    ASSERT_TRUE(same_as_reference([&] { return copy(column.broadcast_to({33, 50})); }));
    ASSERT_TRUE(same_as_reference([&] { return copy(row.select(0, 3).broadcast_to({5, 7})); }));
    ASSERT_TRUE(same_as_reference([&] { return full({1000, 3}, row.select(0, 1)); }));
  }
}

TEST_F(NativeCopy, LargeOnesOnAnyNumberOfThreads) {
  const Array m = random.array({1100, 901}, DType::float64);
  const Array c = random.array({101, 37, 203}, DType::float32);
  for (const Array& view : {m, m.transpose(), flip(m, Dims{1}), c.transpose({2, 1, 0}),
                            c.transpose({1, 0, 2}), c.transpose({0, 2, 1})}) {
    ASSERT_TRUE(same_as_reference([&] { return copy(view); }));
    ASSERT_TRUE(same_for_any_threads([&] { return copy(view); }));
  }
}

}  // namespace
}  // namespace loom::test
