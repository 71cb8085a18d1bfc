#include "loom/dispatch/loops.h"

#include <algorithm>
#include <cstdlib>

#include "loom/support/fixed_list.h"
#include "loom/support/threads.h"

namespace loom::dispatch {
namespace {

/// A place in a layout's first `rank` dimensions, moved along in C order.
class Walk {
 public:
  Walk(const LoopLayout& layout, int rank, std::int64_t position)
      : layout_(layout), index_(Dims::filled(rank, 0)), data_(layout.data) {
    for (int axis = rank - 1; axis >= 0; --axis) {
      index_[axis] = position % layout.shape[axis];
      position /= layout.shape[axis];
      move(axis, index_[axis]);
    }
  }

  std::byte* data(int view) const { return data_[view]; }

  void advance() {
    for (int axis = index_.size() - 1; axis >= 0; --axis) {
      move(axis, 1);
      if (++index_[axis] < layout_.shape[axis]) return;
      move(axis, -layout_.shape[axis]);
      index_[axis] = 0;
    }
  }

 private:
  void move(int axis, std::int64_t by) {
    for (int k = 0; k < layout_.views; ++k) data_[k] += by * layout_.strides[k][axis];
  }

  const LoopLayout& layout_;
  Dims index_;
  std::array<std::byte*, kMaxLoopViews> data_;
};

/// Axes from the one in which the views are spread widest to the densest; the first view decides,
/// the next ones where it does not tell axes apart.
Dims axes_by_stride(std::span<const View> views) {
  Dims axes;
  for (int axis = 0; axis < views[0].rank(); ++axis) {
    if (views[0].shape[axis] != 1) axes.push_back(axis);
  }
  std::stable_sort(axes.begin(), axes.end(), [&](std::int64_t a, std::int64_t b) {
    for (const View& view : views) {
      const std::int64_t stride_a = std::abs(view.strides[static_cast<int>(a)]);
      const std::int64_t stride_b = std::abs(view.strides[static_cast<int>(b)]);
      if (stride_a != stride_b) return stride_a > stride_b;
    }
    return false;
  });
  return axes;
}

}  // namespace

void LoopLayout::push_axis(std::int64_t extent) {
  shape.push_back(extent);
  for (int k = 0; k < views; ++k) strides[k].push_back(0);
}

LoopLayout::LoopLayout(std::span<const View> walked) : views(static_cast<int>(walked.size())) {
  for (int k = 0; k < views; ++k) {
    data[k] = walked[k].data;
    item[k] = item_size(walked[k].dtype);
  }
  for (const std::int64_t axis_number : axes_by_stride(walked)) {
    const int axis = static_cast<int>(axis_number);
    const std::int64_t extent = walked[0].shape[axis];
    const int last = shape.size() - 1;
    bool joins = last >= 0;
    for (int k = 0; joins && k < views; ++k) {
      joins = strides[k][last] == walked[k].strides[axis] * item[k] * extent;
    }
    if (joins) {
      shape[last] *= extent;
    } else {
      push_axis(extent);
    }
    for (int k = 0; k < views; ++k) strides[k].back() = walked[k].strides[axis] * item[k];
  }
  if (shape.empty()) push_axis(1);
}

bool single_run(std::initializer_list<const View*> views, std::int64_t most, Run& run) {
  const Dims& shape = (*views.begin())->shape;
  run.count = element_count(shape);
  if (run.count == 0 || run.count > most) return false;
  int last = shape.size() - 1;
  while (last >= 0 && shape[last] == 1) --last;
  int k = 0;
  for (const View* view : views) {
    run.data[k] = view->data;
    std::int64_t next = run.step[k++] = last < 0 ? 0 : view->strides[last];
    for (int axis = last - 1; axis >= 0; --axis) {
      next *= shape[axis + 1];
      if (shape[axis] != 1 && view->strides[axis] != next) return false;
    }
  }
  return true;
}

void for_each_run_between(const LoopLayout& layout, std::int64_t begin, std::int64_t end,
                          FunctionRef<void(const Run&)> body) {
  const int last = layout.shape.size() - 1;
  const std::int64_t length = layout.shape[last];
  Run run;
  for (int k = 0; k < layout.views; ++k) run.step[k] = layout.strides[k][last] / layout.item[k];
  if (last == 0) {
    run.count = end - begin;
    for (int k = 0; k < layout.views; ++k)
      run.data[k] = layout.data[k] + begin * layout.strides[k][0];
    if (run.count > 0) body(run);
    return;
  }
  Walk walk(layout, last, begin / length);
  std::int64_t skipped = begin % length;
  for (std::int64_t done = begin; done < end; done += run.count) {
    run.count = std::min(length - skipped, end - done);
    for (int k = 0; k < layout.views; ++k) {
      run.data[k] = walk.data(k) + skipped * layout.strides[k][last];
    }
    body(run);
    walk.advance();
    skipped = 0;
  }
}

void for_each_run(std::span<const View> views, std::int64_t grain,
                  FunctionRef<void(const Run&)> body) {
  const std::int64_t size = views[0].size();
  if (size == 0) return;
  const LoopLayout layout(views);
  parallel_for(size, grain, [&](std::int64_t begin, std::int64_t end) {
    for_each_run_between(layout, begin, end, body);
  });
}

void for_each_item(std::span<const Stack> stacks, std::int64_t grain,
                   FunctionRef<void(std::span<const View> items)> body) {
  FixedList<View, kMaxLoopViews> only;
  for (const Stack& stack : stacks) {
    if (stack.view.rank() == stack.item_rank) only.add(stack.view);
  }
  if (only.size() == stacks.size()) return body(only);

  LoopLayout layout;
  layout.views = static_cast<int>(stacks.size());
  const auto leading = [](const Stack& stack, const Dims& dims) {
    return Dims(std::span(dims.data(), dims.size() - stack.item_rank));
  };
  const auto trailing = [](const Stack& stack, const Dims& dims) {
    return Dims(std::span(dims.end() - stack.item_rank, stack.item_rank));
  };
  for (const Stack& stack : stacks) {
    layout.shape = broadcast_shapes(layout.shape, leading(stack, stack.view.shape), "stack");
  }
  std::array<View, kMaxLoopViews> first;
  for (int k = 0; k < layout.views; ++k) {
    const View& view = stacks[k].view;
    const View counted{view.data, view.dtype, leading(stacks[k], view.shape),
                       leading(stacks[k], view.strides)};
    layout.data[k] = view.data;
    layout.strides[k] = broadcast_view(counted, layout.shape).strides;
    for (std::int64_t& stride : layout.strides[k]) stride *= item_size(view.dtype);
    first[k] = {view.data, view.dtype, trailing(stacks[k], view.shape),
                trailing(stacks[k], view.strides)};
  }
  parallel_for(element_count(layout.shape), grain, [&](std::int64_t begin, std::int64_t end) {
    std::array<View, kMaxLoopViews> items = first;
    Walk walk(layout, layout.shape.size(), begin);
    for (std::int64_t i = begin; i < end; ++i) {
      for (int k = 0; k < layout.views; ++k) items[k].data = walk.data(k);
      body(std::span(items).first(stacks.size()));
      walk.advance();
    }
  });
}

void for_each_line(std::span<const View> views, int axis, std::int64_t grain,
                   FunctionRef<void(std::span<const View> lines)> body) {
  std::array<Stack, kMaxLoopViews> stacks;
  for (std::size_t k = 0; k < views.size(); ++k) {
    stacks[k] = {views[k], 1};
    View& view = stacks[k].view;
    std::rotate(view.shape.begin() + axis, view.shape.begin() + axis + 1, view.shape.end());
    std::rotate(view.strides.begin() + axis, view.strides.begin() + axis + 1, view.strides.end());
  }
  for_each_item(std::span(stacks).first(views.size()), grain, body);
}

}  // namespace loom::dispatch
