#include "loom/ops/elementwise.h"

#include "kernels.h"
#include "loom/backends/native/backend.h"
#include "loom/dispatch/registry.h"
#include "loom/dispatch/trace.h"
#include "loom/ops/creation.h"
#include "loom/support/threads.h"

// Every kernel on every instruction set of this machine: the bits of the reference, or at least the
// same bits wherever an element stands.
namespace loom::test {
namespace {

using dispatch::Kernel;
using schema::op;
using schema::OpId;

constexpr std::uint64_t kSeed = 20240607;
constexpr std::int64_t kMostLanes = 64;

class NativeElementwise : public testing::Test {
 protected:
  Random random{kSeed};

  /// A second result of `inputs`, in memory filled with other bytes.
  static Array empty_like(const Array& expected) {
    Array result = Array::empty(expected.shape(), expected.dtype());
    std::memset(result.view().data, 1, static_cast<std::size_t>(result.nbytes()));
    return result;
  }

  /// What the reference gives; where only an error budget binds the kernel, what the kernel gives
  /// for inputs without gaps.
  static Array expected_of(const Kernel& kernel, OpId id, std::vector<Array> inputs,
                           schema::Attributes attributes) {
    const Array by_others = by_reference(id, inputs, attributes);
    if (is_exact(id, inputs.back().dtype())) return by_others;
    const BackendScope scope("reference");
    for (Array& input : inputs) input = contiguous(input);
    const Array result = empty_like(by_others);
    EXPECT_TRUE(run(kernel, id, views_of(inputs), result.view(), attributes));
    return result;
  }

  static std::vector<View> views_of(const std::vector<Array>& arrays) {
    std::vector<View> views;
    for (const Array& array : arrays) views.push_back(array.view());
    return views;
  }

 private:
  testing::ScopedTrace trace_{__FILE__, __LINE__, fmt::format("seed {}", kSeed)};
};

TEST_F(NativeElementwise, AnyLengthAnywhereAndNothingBehindIt) {
  constexpr std::int64_t kLength = 2 * kMostLanes + 3;
  for_each_kernel([&](OpId id, const Kernel& kernel, DType dtype, schema::Attributes attributes) {
    const std::vector<Array> inputs = inputs_of(random, id, {kLength}, dtype);
    const Array expected = expected_of(kernel, id, inputs, attributes);
    const std::int64_t size = item_size(expected.dtype());
    for (std::int64_t length = 0; length < kLength - 1; ++length) {
      const std::int64_t start = length % 2;  // every other one is not aligned
      const Array result = empty_like(expected), before = empty_like(expected);
      std::vector<View> views;
      for (const Array& input : inputs) {
        views.push_back(input.slice_axis(0, start, start + length).view());
      }
      if (!run(kernel, id, views, result.slice_axis(0, start, start + length).view(), attributes)) {
        return;
      }
      const std::byte* const got = result.view().data;
      ASSERT_TRUE(same_elements(expected.dtype(), got + start * size,
                                expected.view().data + start * size, length))
          << length;
      const auto behind = static_cast<std::size_t>((start + length) * size);
      ASSERT_EQ(std::memcmp(got + behind, before.view().data + behind,
                            static_cast<std::size_t>(kLength * size) - behind),
                0)
          << length << " elements are written, and more";
    }
  });
}

TEST_F(NativeElementwise, AnyLayout) {
  for_each_kernel([&](OpId id, const Kernel& kernel, DType dtype, schema::Attributes attributes) {
    const std::vector<Array> inputs =
        inputs_of(random, id, {2, 261}, dtype);  // longer than a chunk
    for (const Layout first : kLayouts) {
      for (const Layout rest : {Layout::contiguous, Layout::strided, Layout::broadcast}) {
        std::vector<Array> placed;
        {
          const BackendScope scope("reference");
          for (const Array& input : inputs) {
            placed.push_back(laid_out(input, placed.empty() ? first : rest));
          }
        }
        const Array expected = expected_of(kernel, id, placed, attributes);
        for (const Layout written : {Layout::contiguous, Layout::reversed}) {
          const Array result = laid_out(empty_like(expected), written);
          if (!run(kernel, id, views_of(placed), result.view(), attributes)) return;
          ASSERT_TRUE(same_elements(result, expected))
              << to_string(first) << " and " << to_string(rest) << " to " << to_string(written);
        }
        if (inputs.size() == 1) break;
      }
    }
  });
}

TEST_F(NativeElementwise, ScalarsAreStretched) {
  for_each_kernel([&](OpId id, const Kernel& kernel, DType dtype, schema::Attributes attributes) {
    const std::vector<Array> inputs = inputs_of(random, id, {700}, dtype);
    for (std::size_t scalar = 0; scalar < inputs.size(); ++scalar) {
      std::vector<Array> placed = inputs;
      placed[scalar] = placed[scalar].slice_axis(0, 5, 6).broadcast_to({700});
      const Array expected = expected_of(kernel, id, placed, attributes);
      const Array result = empty_like(expected);
      if (!run(kernel, id, views_of(placed), result.view(), attributes)) return;
      ASSERT_TRUE(same_elements(result, expected)) << "input " << scalar;
    }
  });
}

TEST_F(NativeElementwise, TheResultMayBeAnInput) {
  for_each_kernel([&](OpId id, const Kernel& kernel, DType dtype, schema::Attributes attributes) {
    const std::vector<Array> inputs = inputs_of(random, id, {2, 333}, dtype);
    const Array expected = expected_of(kernel, id, inputs, attributes);
    for (std::size_t which = 0; which < inputs.size(); ++which) {
      if (inputs[which].dtype() != expected.dtype()) continue;
      for (const Layout layout : {Layout::contiguous, Layout::strided, Layout::reversed}) {
        std::vector<Array> placed = inputs;
        {
          const BackendScope scope("reference");
          placed[which] = copy(laid_out(inputs[which], Layout::contiguous));
          placed[which] = laid_out(placed[which], layout);
        }
        if (!run(kernel, id, views_of(placed), placed[which].view(), attributes)) return;
        ASSERT_TRUE(same_elements(placed[which], expected)) << which << " " << to_string(layout);
      }
    }
  });
}

TEST_F(NativeElementwise, ThreadsChangeNothing) {
  constexpr std::int64_t size = 1'000'007;  // enough for several threads
  for (const DType dtype : {DType::float64, DType::uint8, DType::complex64}) {
    const std::vector<Array> inputs = inputs_of(random, op("equal"), {size}, dtype);
    for (const OpId id : {op("add"), op("equal")}) {
      const Array expected = by_reference(id, inputs, {});
      const BackendScope scope("native");
      for (const int threads : {1, 4}) {
        set_num_threads(threads);
        EXPECT_TRUE(same_elements(ops::call(id, {&inputs[0], &inputs[1]}), expected))
            << threads << " threads, " << name(dtype);
      }
      set_num_threads(0);
    }
  }
}

TEST(Native, IsWhatComputesWithoutBeingAskedFor) {
  const BackendScope scope("auto");
  const Trace trace;
  const Array sum = Array::from({1.0, 2.0, 3.0}) + Array::from({4.0, 5.0, 6.0});
  EXPECT_EQ(sum.slice_axis(0, 2, 3).item<double>(), 9);
  ASSERT_EQ(trace.events().size(), 1u);
  EXPECT_EQ(trace.events()[0].backend, "native");
  EXPECT_TRUE(trace.events()[0].passed_over.empty());
}

TEST(Native, LeavesWhatIsNotWorthBringingTogetherToTheReference) {
  const auto computes = [](auto operation) {
    const Trace trace;
    operation();
    return trace.events().back().backend;
  };
  const BackendScope scope("auto");
  const Array every_other = zeros({2000}).slice({{0, 2000, 2}});
  EXPECT_EQ(computes([&] { every_other + every_other; }), "reference");
  EXPECT_EQ(computes([&] { sqrt(every_other); }), "native");
  const Array thin = zeros({100, 3}), wide = zeros({100, 300});
  EXPECT_EQ(computes([&] { thin + zeros({3}); }), "reference");
  EXPECT_EQ(computes([&] { thin + zeros({100, 1}); }), "reference");
  EXPECT_EQ(computes([&] { wide + zeros({300}); }), "native");
  EXPECT_EQ(computes([&] { wide + zeros({100, 1}); }), "native");
  EXPECT_EQ(computes([&] { thin + thin; }), "native");
  const BackendScope forced("native");
  EXPECT_EQ(computes([&] { every_other + every_other; }), "native");
}

TEST(Native, NamesItsInstructionSet) {
  const dispatch::BackendInfo info = native::make_backend()->probe();
  ASSERT_TRUE(info.available);
  EXPECT_EQ(info.isa, native::active_isa().isa->name);
}

DTypeSet dtypes_of_reference(OpId id) {
  const auto& slot = dispatch::Registry::instance().available_slot("reference");
  return slot.table.find(id)->kernel.dtypes;
}

TEST(Native, HasWhatTheReferenceHas) {
  for (const native::Isa& isa : native::usable_isas()) {
    const std::map<OpId, Kernel> kernels = kernels_on(isa);
    for (std::size_t i = 0; i < schema::row_count(); ++i) {
      const auto id = static_cast<OpId>(i);
      if (schema::row(id).family != schema::Family::elementwise && id != op("astype")) continue;
      for (int k = 0; k < kDTypeCount; ++k) {
        const auto dtype = static_cast<DType>(k);
        if (!dtypes_of_reference(id).contains(dtype)) continue;
        EXPECT_TRUE(kernels.contains(id) && kernels.at(id).dtypes.contains(dtype))
            << isa.name << " has no " << schema::row(id).name << " of " << name(dtype);
      }
    }
  }
}

TEST(Native, DividesWorkWhereverItCannotThrow) {
  for (const auto& [id, kernel] : kernels_on(*native::active_isa().isa)) {
    for (int k = 0; k < kDTypeCount; ++k) {
      const auto dtype = static_cast<DType>(k);
      const bool throws = id == op("power") && kind(dtype) == DTypeKind::signed_integer;
      EXPECT_EQ(kernel.divisible.contains(dtype), kernel.dtypes.contains(dtype) && !throws)
          << schema::row(id).name << " of " << name(dtype);
    }
  }
}

}  // namespace
}  // namespace loom::test
