#include <algorithm>
#include <array>
#include <cstdlib>
#include <numeric>

#include "loom/backends/native/items.h"
#include "loom/backends/native/moves.h"
#include "loom/backends/native/transpose.h"
#include "loom/dispatch/loops.h"
#include "loom/support/threads.h"

// Copies between any two layouts: a stack of matrices, cut into blocks. The rows of a matrix go
// along the dimension in which the result lies most densely, its columns along the one in which the
// input does, where that is another one.
namespace loom::native {
namespace {

using dispatch::KernelCall;
using schema::op;

/// Bytes that are worth another thread.
constexpr std::int64_t kGrainBytes = std::int64_t{1} << 18;

/// How the elements of a block lie to each other.
enum class Kind : std::uint8_t {
  rows,        ///< side by side along the rows of both, or nowhere in the input
  transposed,  ///< side by side along the rows of the result and the columns of the input
  scattered,   ///< denser along the columns of the input than along its rows
};

/// A copy as loops over dimensions, at least two, the last ones being the rows and columns of
/// matrices. Strides count bytes.
struct Plan {
  std::byte* out;
  const std::byte* in;
  Dims shape, to, from;
  Kind kind = Kind::rows;
};

/// Dimensions of more than one element, the one in which `out` is spread widest first.
Dims axes_by_stride(const View& out) {
  Dims axes;
  for (int axis = 0; axis < out.rank(); ++axis) {
    if (out.shape[axis] != 1) axes.push_back(axis);
  }
  std::stable_sort(axes.begin(), axes.end(), [&](std::int64_t a, std::int64_t b) {
    return std::abs(out.strides[static_cast<int>(a)]) > std::abs(out.strides[static_cast<int>(b)]);
  });
  return axes;
}

/// The other way round along a dimension.
void flip(Plan& plan, int axis) {
  const std::int64_t last = plan.shape[axis] - 1;
  plan.out += last * plan.to[axis];
  plan.in += last * plan.from[axis];
  plan.to[axis] = -plan.to[axis];
  plan.from[axis] = -plan.from[axis];
}

/// Loops over as few dimensions as the strides allow, in which `out` goes forward.
Plan loops_of(const View& out, const View& in) {
  const std::int64_t item = item_size(out.dtype);
  Plan plan{out.data, in.data, {}, {}, {}};
  for (const std::int64_t axis_number : axes_by_stride(out)) {
    const int axis = static_cast<int>(axis_number);
    const std::int64_t extent = out.shape[axis];
    plan.shape.push_back(extent);
    plan.to.push_back(out.strides[axis] * item);
    plan.from.push_back(in.strides[axis] * item);
    const int last = plan.shape.size() - 1;
    if (plan.to[last] < 0) flip(plan, last);
    if (last > 0 && plan.to[last - 1] == plan.to[last] * extent &&
        plan.from[last - 1] == plan.from[last] * extent) {
      plan.shape[last - 1] *= extent;
      plan.to[last - 1] = plan.to[last];
      plan.from[last - 1] = plan.from[last];
      for (Dims* dims : {&plan.shape, &plan.to, &plan.from}) dims->erase(last);
    }
  }
  while (plan.shape.size() < 2) {
    plan.shape.insert(0, 1);
    plan.to.insert(0, item);
    plan.from.insert(0, item);
  }
  return plan;
}

/// Makes the dimension in which the input lies most densely that of the columns.
Plan plan_of(const View& out, const View& in) {
  const std::int64_t item = item_size(out.dtype);
  Plan plan = loops_of(out, in);
  const int last = plan.shape.size() - 1, rows = last - 1;
  int densest = last;
  for (int axis = last - 1; axis >= 0; --axis) {
    const std::int64_t stride = std::abs(plan.from[axis]);
    if (plan.shape[axis] > 1 && stride != 0 && stride < std::abs(plan.from[densest])) {
      densest = axis;
    }
  }
  if (densest == last) return plan;
  for (Dims* dims : {&plan.shape, &plan.to, &plan.from}) {
    std::rotate(dims->begin() + densest, dims->begin() + densest + 1, dims->begin() + last);
  }
  if (plan.from[rows] < 0) flip(plan, rows);
  const bool sides = plan.to[last] == item && plan.from[rows] == item;
  plan.kind = sides ? Kind::transposed : Kind::scattered;
  return plan;
}

/// The extents of a block, which both sides of a transposed one keep in the first cache.
struct Block {
  std::int64_t rows, columns;
};

Block block_of(const Plan& plan, std::int64_t item) {
  const int last = plan.shape.size() - 1;
  if (plan.kind == Kind::transposed) return {256 / item, 512 / item};
  if (plan.kind == Kind::scattered) return {32, 32};
  const std::int64_t columns = std::min(plan.shape[last], kGrainBytes / item);
  return {std::max<std::int64_t>(1, kGrainBytes / item / columns), columns};
}

template <class Word>
void copy_block(const Plan& plan, std::byte* to, const std::byte* from, std::int64_t rows,
                std::int64_t columns) {
  const int last = plan.shape.size() - 1;
  if (plan.kind == Kind::transposed) {
    return transpose_block<Word>(to, plan.to[last - 1], from, plan.from[last], rows, columns);
  }
  for (std::int64_t r = 0; r < rows; ++r) {
    copy_items<Word>(to + r * plan.to[last - 1], plan.to[last], from + r * plan.from[last - 1],
                     plan.from[last], columns);
  }
}

std::int64_t pieces(std::int64_t size, std::int64_t length) { return (size - 1) / length + 1; }

/// The blocks [begin, end) of all matrices.
template <class Word>
void copy_blocks(const Plan& plan, const Block& block, std::int64_t begin, std::int64_t end) {
  const int last = plan.shape.size() - 1, rows = last - 1;
  const std::int64_t across = pieces(plan.shape[last], block.columns);
  const std::int64_t down = pieces(plan.shape[rows], block.rows);
  for (std::int64_t number = begin; number < end; ++number) {
    const std::int64_t left = number % across * block.columns;
    const std::int64_t top = number / across % down * block.rows;
    std::int64_t matrix = number / across / down;
    std::int64_t to = top * plan.to[rows] + left * plan.to[last];
    std::int64_t from = top * plan.from[rows] + left * plan.from[last];
    for (int axis = rows - 1; axis >= 0 && matrix > 0; --axis) {
      to += matrix % plan.shape[axis] * plan.to[axis];
      from += matrix % plan.shape[axis] * plan.from[axis];
      matrix /= plan.shape[axis];
    }
    copy_block<Word>(plan, plan.out + to, plan.in + from,
                     std::min(block.rows, plan.shape[rows] - top),
                     std::min(block.columns, plan.shape[last] - left));
  }
}

/// Stretches the input over the output, which serves `full` and `copy`.
void broadcast_copy(const KernelCall& call) {
  copy_view(call.outputs[0], broadcast_view(call.inputs[0], call.outputs[0].shape));
}

}  // namespace

void copy_view(const View& out, const View& in) {
  const std::int64_t item = item_size(out.dtype);
  dispatch::Run run;
  if (dispatch::single_run({&out, &in}, kGrainBytes / item, run)) {
    return visit_item(static_cast<int>(item), [&]<class Word>(std::type_identity<Word>) {
      copy_items<Word>(run.data[0], run.step[0] * item, run.data[1], run.step[1] * item, run.count);
    });
  }
  if (out.size() == 0) return;
  const Plan plan = plan_of(out, in);
  const Block block = block_of(plan, item);
  const int last = plan.shape.size() - 1;
  std::int64_t blocks =
      pieces(plan.shape[last], block.columns) * pieces(plan.shape[last - 1], block.rows);
  for (int axis = 0; axis < last - 1; ++axis) blocks *= plan.shape[axis];
  const std::int64_t block_bytes = std::max<std::int64_t>(1, out.size() / blocks) * item;
  visit_item(static_cast<int>(item), [&]<class Word>(std::type_identity<Word>) {
    parallel_for(blocks, kGrainBytes / block_bytes, [&](std::int64_t begin, std::int64_t end) {
      copy_blocks<Word>(plan, block, begin, end);
    });
  });
}

void install_copies(dispatch::KernelInstaller add) {
  add(op("copy"), {.run = broadcast_copy});
  add(op("full"), {.run = broadcast_copy});
}

}  // namespace loom::native
