#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>

#include "loom/array/view.h"
#include "loom/schema/op_row.h"
#include "loom/support/function_ref.h"

// How the kernels walk over strided arrays. Every function here calls its body once for each piece
// of work, possibly on several threads at a time; which thread gets which piece is not fixed, so a
// body must write only what belongs to its piece. `grain` is how many elements, items or lines are
// worth handing to another thread; a call with no more than that stays on the calling thread, where
// the body may itself run in parallel.
namespace loom::dispatch {

/// The most views that one loop walks over.
inline constexpr int kMaxLoopViews = 2 * schema::kMaxOperands;

/// A stretch of elements that are evenly spaced in every view of a loop.
struct Run {
  std::int64_t count;
  std::array<std::byte*, kMaxLoopViews> data;    ///< of as many views as the loop has
  std::array<std::int64_t, kMaxLoopViews> step;  ///< in elements of the view; may be 0 or negative

  template <class T>
  T* as(int view) const {
    return reinterpret_cast<T*>(data[view]);
  }
};

/// Makes `run` all elements of views of one shape, in C order, where they are evenly spaced in
/// every one and there are not more than `most`, nor none: what most small calls are, so that they
/// need no loop over runs.
bool single_run(std::initializer_list<const View*> views, std::int64_t most, Run& run);

/// Covers all elements of views of one shape with runs. Runs are as long as the strides allow and
/// go along the dimension in which the first view lies most densely.
void for_each_run(std::span<const View> views, std::int64_t grain,
                  FunctionRef<void(const Run&)> body);

/// Where views of one shape lie, in as few dimensions as their strides allow.
struct LoopLayout {
  int views = 0;
  Dims shape;                               ///< at least one dimension
  std::array<Dims, kMaxLoopViews> strides;  ///< in bytes
  std::array<std::byte*, kMaxLoopViews> data{};
  std::array<int, kMaxLoopViews> item{};  ///< bytes of an element

  LoopLayout() = default;
  explicit LoopLayout(std::span<const View> views);
  void push_axis(std::int64_t extent);
};

/// `for_each_run` for a part of the elements, on this thread: for those who divide the work
/// themselves. Elements are counted in the order of the runs, which is C order where the first view
/// is in C order.
void for_each_run_between(const LoopLayout& layout, std::int64_t begin, std::int64_t end,
                          FunctionRef<void(const Run&)> body);

/// A view as a stack of items: its last `item_rank` dimensions make one item, the leading ones
/// count the items.
struct Stack {
  View view;
  int item_rank = 2;
};

/// Calls `body` for each item of the stacks, with one view of rank `item_rank` per stack. Leading
/// dimensions broadcast against each other; the stack that is written must have all of them. Throws
/// ShapeError where they do not broadcast.
void for_each_item(std::span<const Stack> stacks, std::int64_t grain,
                   FunctionRef<void(std::span<const View> items)> body);

/// Calls `body` for each line along `axis` (in [0, rank)), with one view of rank 1 per view. The
/// other dimensions of the views agree; their extents along `axis` may differ.
void for_each_line(std::span<const View> views, int axis, std::int64_t grain,
                   FunctionRef<void(std::span<const View> lines)> body);

}  // namespace loom::dispatch
