#include "loom/dispatch/loops.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <random>
#include <vector>

#include "loom/array/array.h"
#include "loom/support/error.h"

namespace loom::dispatch {
namespace {

Array counting(const Dims& shape) {
  std::vector<std::int64_t> values(element_count(shape));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<std::int64_t>(i);
  return Array::from(values, shape);
}

/// Adds 1 + the second view's value to each element of the first, so that every pairing and every
/// omission shows.
void accumulate(const Array& target, const Array& source, std::int64_t grain) {
  const View views[] = {target.view(), source.view()};
  for_each_run(views, grain, [](const Run& run) {
    for (std::int64_t i = 0; i < run.count; ++i) {
      run.as<std::int64_t>(0)[i * run.step[0]] += 1 + run.as<std::int64_t>(1)[i * run.step[1]];
    }
  });
}

/// The same array as seen through a random order of dimensions, some of them backwards.
struct Disguise {
  Dims order;
  std::vector<std::int64_t> steps;

  Disguise(int rank, std::mt19937& random) {
    for (int axis = 0; axis < rank; ++axis) order.push_back(axis);
    std::shuffle(order.begin(), order.end(), random);
    for (int axis = 0; axis < rank; ++axis) steps.push_back(random() % 3 == 0 ? -1 : 1);
  }
  Array apply(const Array& a) const {
    Array result = a.transpose(order);
    for (const std::int64_t step : steps) {
      Dims cycle;
      for (int axis = 1; axis < result.ndim(); ++axis) cycle.push_back(axis);
      cycle.push_back(0);
      result = result.slice({{std::nullopt, std::nullopt, step}}).transpose(cycle);
    }
    return result;
  }
};

/// The steps of `single_run` over views of one shape; empty where there is no such run.
std::vector<std::int64_t> steps_of(std::initializer_list<const View*> views,
                                   std::int64_t most = 100) {
  Run run;
  if (!single_run(views, most, run)) return {};
  EXPECT_EQ(run.count, (*views.begin())->size());
  for (std::size_t k = 0; k < views.size(); ++k) {
    EXPECT_EQ(run.data[k], views.begin()[k]->data);
  }
  return {run.step.begin(), run.step.begin() + static_cast<std::ptrdiff_t>(views.size())};
}

TEST(SingleRun, IsFoundWhereCOrderIsEvenlySpaced) {
  using Steps = std::vector<std::int64_t>;
  const Array a = counting({3, 4}), row = counting({4}), one = counting({});
  const Array everywhere = one.broadcast_to({3, 4}), rows = row.broadcast_to({3, 4});
  const Array columns = counting({3, 1}).broadcast_to({3, 4});
  EXPECT_EQ(steps_of({&a.view(), &everywhere.view()}), (Steps{1, 0}));
  EXPECT_EQ(steps_of({&a.view(), &rows.view()}), Steps{}) << "0 between rows, 1 within";
  EXPECT_EQ(steps_of({&a.view(), &columns.view()}), Steps{}) << "1 between rows, 0 within";
  const Array turned = a.transpose();
  EXPECT_EQ(steps_of({&turned.view()}), Steps{});
  const Array backwards = row.slice({{std::nullopt, std::nullopt, -1}});
  EXPECT_EQ(steps_of({&row.view(), &backwards.view()}), (Steps{1, -1}));
  const Array wide = a.slice({{}, {0, 4, 2}});  // strides (4, 2): every second element
  EXPECT_EQ(steps_of({&wide.view()}), Steps{2});
  const Array gaps = a.slice({{}, {0, 3}});
  EXPECT_EQ(steps_of({&gaps.view()}), Steps{});
  const Array column = a.slice({{}, {1, 2}});  // strides (4, 1), shape (3, 1)
  EXPECT_EQ(steps_of({&column.view()}), Steps{4});
  EXPECT_EQ(steps_of({&one.view()}).size(), 1u);
}

TEST(SingleRun, IsOnlyForAFewElements) {
  const Array a = counting({10}), none = counting({0});
  EXPECT_EQ(steps_of({&a.view()}, 10).size(), 1u);
  EXPECT_TRUE(steps_of({&a.view()}, 9).empty());
  EXPECT_TRUE(steps_of({&none.view()}).empty());
}

TEST(ForEachRun, PairsEveryElementOnceForAnyStrides) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    Dims shape;
    for (unsigned rank = 1 + random() % 4; rank > 0; --rank) shape.push_back(1 + random() % 7);
    const Array target = Array::empty(shape, DType::int64), source = counting(shape);
    std::fill_n(target.data<std::int64_t>(), target.size(), 0);
    const Disguise disguise(shape.size(), random);
    accumulate(disguise.apply(target), disguise.apply(source), 1 + random() % 50);
    for (std::int64_t i = 0; i < target.size(); ++i) {
      ASSERT_EQ(target.data<std::int64_t>()[i], 1 + i) << to_string(shape);
    }
  }
}

TEST(ForEachRun, StretchesBroadcastViews) {
  const Array target = counting({3, 4});
  accumulate(target, counting({4}).broadcast_to({3, 4}), 5);
  EXPECT_EQ(target.at<std::int64_t>({0, 0}), 1);
  EXPECT_EQ(target.at<std::int64_t>({2, 3}), 11 + 1 + 3);
}

TEST(ForEachRun, HandlesScalarsAndEmptyArrays) {
  const Array one = Array::scalar(std::int64_t{5});
  accumulate(one, one, 10);
  EXPECT_EQ(one.item<std::int64_t>(), 11);
  accumulate(counting({3, 0}), counting({3, 0}), 10);
}

TEST(ForEachRun, MergesWhatLiesTogether) {
  const Array a = counting({4, 5, 6});
  const auto runs = [](const Array& array) {
    int count = 0;
    const View view = array.view();
    for_each_run({&view, 1}, 1000, [&](const dispatch::Run&) { ++count; });
    return count;
  };
  EXPECT_EQ(runs(a), 1);
  EXPECT_EQ(runs(a.transpose()), 1) << "the same elements in another order";
  EXPECT_EQ(runs(a.slice({{0, 4, 2}})), 2);
  EXPECT_EQ(runs(a.slice({{}, {}, {0, 6, 2}})), 1) << "evenly spaced all the way";
  EXPECT_EQ(runs(a.slice({{}, {}, {0, 5}})), 20);
}

TEST(ForEachItem, BroadcastsTheLeadingDimensions) {
  const Array a = counting({2, 1, 3, 4}), b = counting({5, 4}), c = counting({2, 5, 3});
  const Stack stacks[] = {{c.view(), 1}, {a.view(), 2}, {b.view(), 1}};
  std::atomic<int> calls = 0;
  for_each_item(stacks, 1, [&](std::span<const View> items) {
    ++calls;
    EXPECT_EQ(items.size(), 3u);
    EXPECT_EQ(items[0].shape, Dims{3});
    EXPECT_EQ(items[1].shape, (Dims{3, 4}));
    EXPECT_EQ(items[1].strides, (Dims{4, 1}));
    EXPECT_EQ(items[2].shape, Dims{4});
    const std::int64_t number = *items[0].as<std::int64_t>() / 3;
    EXPECT_EQ(*items[1].as<std::int64_t>(), number / 5 * 12);
    EXPECT_EQ(*items[2].as<std::int64_t>(), number % 5 * 4);
  });
  EXPECT_EQ(calls, 10);
}

TEST(ForEachItem, TakesSingleItemsAndNone) {
  const Array matrix = counting({3, 4});
  int calls = 0;
  const Stack one{matrix.view(), 2};
  for_each_item({&one, 1}, 1, [&](std::span<const View>) { ++calls; });
  EXPECT_EQ(calls, 1);
  const Array nothing = counting({0, 3, 4});
  const Stack none{nothing.view(), 2};
  for_each_item({&none, 1}, 1, [&](std::span<const View>) { ++calls; });
  EXPECT_EQ(calls, 1);
}

TEST(ForEachItem, RefusesStacksThatDoNotMatch) {
  const Array a = counting({2, 3, 3}), b = counting({4, 3, 3});
  const Stack stacks[] = {{a.view(), 2}, {b.view(), 2}};
  EXPECT_THROW(for_each_item(stacks, 1, [](std::span<const View>) {}), ShapeError);
}

TEST(ForEachLine, GoesAlongAnyAxis) {
  const Array in = counting({2, 3, 4});
  for (int axis = 0; axis < 3; ++axis) {
    Dims shape = in.shape();
    shape[axis] = 1;
    const Array out = Array::empty(shape, DType::int64);
    const View views[] = {out.view(), in.view()};
    for_each_line(views, axis, 2, [&](std::span<const View> lines) {
      EXPECT_EQ(lines[0].shape, Dims{1});
      EXPECT_EQ(lines[1].shape, Dims{in.shape(axis)});
      std::int64_t sum = 0;
      for (std::int64_t i = 0; i < lines[1].shape[0]; ++i) {
        sum += lines[1].as<std::int64_t>()[i * lines[1].strides[0]];
      }
      *lines[0].as<std::int64_t>() = sum;
    });
    const std::int64_t last = in.size() - 1, step = in.strides()[axis], n = in.shape(axis);
    EXPECT_EQ(out.data<std::int64_t>()[out.size() - 1], n * last - step * n * (n - 1) / 2);
    EXPECT_EQ(out.data<std::int64_t>()[0], step * n * (n - 1) / 2);
  }
}

}  // namespace
}  // namespace loom::dispatch
