#include <gtest/gtest.h>

#include <optional>

#include "fake_backend.h"
#include "loom/array/array.h"
#include "loom/dispatch/execute.h"
#include "loom/dispatch/selection.h"
#include "loom/ops/elementwise.h"

// Kernels that keep their inputs.
namespace loom {
namespace {

using dispatch::KernelCall;
using schema::op;

std::vector<Array> kept;
std::size_t owners_seen;

std::string keeping_backend() {
  dispatch::Kernel kernel = dispatch::marking_kernel<1>();
  kernel.run = [](const KernelCall& call) {
    kept.clear();
    owners_seen = call.owners.size();
    for (std::size_t i = 0; i < call.owners.size(); ++i) {
      kept.push_back(Array::share(*call.owners[i], call.inputs[i]));
    }
  };
  return dispatch::fake("keeping", {{op("add"), kernel}});
}

class Owners : public testing::Test {
 protected:
  ~Owners() override { kept.clear(); }
  BackendScope scope_{keeping_backend()};
};

TEST_F(Owners, KeepInputsAlive) {
  std::optional<Array> a = Array::from({1.0, 2.0, 3.0});
  add(*a, a->slice({{0, 1}}));
  ASSERT_EQ(kept.size(), 2u);
  EXPECT_EQ(kept[0].buffer(), a->buffer());
  EXPECT_EQ(a->buffer().use_count(), 3);
  a.reset();
  EXPECT_EQ(kept[0].at<double>({2}), 3);
  EXPECT_EQ(kept[1].at<double>({2}), 1) << "the slice, broadcast";
}

TEST_F(Owners, OfConvertedInputsAreTheConverted) {
  const Array a = Array::from({1.0, 2.0}), b = Array::from({std::int8_t{5}, std::int8_t{6}});
  add(a, b);
  ASSERT_EQ(kept.size(), 2u);
  EXPECT_NE(kept[1].buffer(), b.buffer());
  EXPECT_EQ(kept[1].at<double>({1}), 6);
}

TEST_F(Owners, AreMissingWhereTheCallerHasViews) {
  const Array a = Array::from({1.0}), out = Array::from({0.0});
  const View inputs[] = {a.view(), a.view()};
  dispatch::execute(op("add"), inputs, {&out.view(), 1}, {});
  EXPECT_EQ(owners_seen, 0u);
}

}  // namespace
}  // namespace loom
