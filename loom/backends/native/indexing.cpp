#include <algorithm>
#include <atomic>
#include <optional>

#include "loom/backends/native/items.h"
#include "loom/backends/native/moves.h"
#include "loom/dispatch/loops.h"
#include "loom/support/threads.h"

// Elements by index, where one axis is indexed. Indices that are none are left to the reference,
// which has words for them.
namespace loom::native {
namespace {

using dispatch::KernelCall;
using dispatch::Run;
using schema::op;

/// Elements that are worth another thread.
constexpr std::int64_t kGrain = std::int64_t{1} << 15;
/// Indices that are checked before they are used: those stay in the first cache meanwhile.
constexpr std::int64_t kChunk = 1024;

std::int64_t from_start(std::int64_t index, std::int64_t extent) {
  return index < 0 ? index + extent : index;
}

/// Whether indices, `step` apart, are all of an axis of that extent.
bool are_inside(const std::int64_t* indices, std::int64_t step, std::int64_t count,
                std::int64_t extent) {
  // Both differences have their highest bit where an index is outside. Nothing but additions, which
  // the compiler makes vectors of.
  const auto end = static_cast<std::uint64_t>(extent);
  std::uint64_t signs = 0;
  const auto look_at = [&](std::int64_t index) {
    const auto bits = static_cast<std::uint64_t>(index);
    signs |= (end - 1 - bits) | (bits + end);
  };
  if (step == 1) {
    for (std::int64_t i = 0; i < count; ++i) look_at(indices[i]);
  } else {
    for (std::int64_t i = 0; i < count; ++i) look_at(indices[i * step]);
  }
  return signs >> 63 == 0;
}

/// Gives the call back where threads have met an index that is none.
class Outside {
 public:
  void met() { met_.store(true, std::memory_order_relaxed); }
  void check() const {
    if (met_) throw dispatch::Declined{"an index is outside of its axis"};
  }

 private:
  std::atomic<bool> met_ = false;
};

void check_indices(const View& indices, std::int64_t extent) {
  Outside outside;
  dispatch::for_each_run({&indices, 1}, kGrain, [&](const Run& run) {
    if (!are_inside(run.as<std::int64_t>(0), run.step[0], run.count, extent)) outside.met();
  });
  outside.check();
}

/// The product of extents.
std::int64_t count_of(const Dims& shape, int first, int last) {
  std::int64_t count = 1;
  for (int axis = first; axis < last; ++axis) count *= shape[axis];
  return count;
}

/// The stride, in bytes, at which the dimensions [first, last) are walked in C order, if there is
/// one.
std::optional<std::int64_t> even_stride(const View& view, int first, int last) {
  std::int64_t extent = 1, stride = 0;
  for (int axis = last - 1; axis >= first; --axis) {
    if (view.shape[axis] == 1) continue;
    if (extent == 1) {
      stride = view.strides[axis];
    } else if (view.strides[axis] != stride * extent) {
      return std::nullopt;
    }
    extent *= view.shape[axis];
  }
  return stride * item_size(view.dtype);
}

/// What `gather` reads and `scatter` writes, where one axis is indexed and the dimensions of the
/// indices take its place: `lead` times `count` blocks of `tail` elements side by side. Strides
/// count bytes.
struct Selection {
  std::int64_t lead, lead_stride;
  std::int64_t extent, stride;  ///< of the axis
  std::int64_t count, index_step;
  const std::int64_t* indices;
  std::int64_t tail;  ///< bytes
};

/// The selection of a call in `array`, if it is of that kind.
std::optional<Selection> select(const KernelCall& call, const View& array) {
  const View& indices = call.inputs[1];
  const Dims& axes = call.attribute<Dims>(0);
  if (axes.size() != 1 || call.attribute<std::int64_t>(1) != axes[0]) return std::nullopt;
  const auto axis = static_cast<int>(axes[0]);
  const std::int64_t item = item_size(array.dtype);
  const std::int64_t tail = count_of(array.shape, axis + 1, array.rank());
  const auto lead_stride = even_stride(array, 0, axis);
  const auto index_step = even_stride(indices, 1, indices.rank());
  const auto tail_stride = even_stride(array, axis + 1, array.rank());
  if (!lead_stride || !index_step || (tail > 1 && tail_stride != item)) return std::nullopt;
  return Selection{count_of(array.shape, 0, axis),
                   *lead_stride,
                   array.shape[axis],
                   array.strides[axis] * item,
                   count_of(indices.shape, 1, indices.rank()),
                   *index_step / static_cast<std::int64_t>(sizeof(std::int64_t)),
                   indices.as<std::int64_t>(),
                   tail * item};
}

/// Calls f(copy) with what copies `bytes` from one place to another: an item, or a block of them.
template <class F>
void visit_block(std::int64_t bytes, std::int64_t item, F f) {
  if (bytes == item) {
    visit_item(static_cast<int>(item), [&]<class Word>(std::type_identity<Word>) {
      f([](std::byte* to, const std::byte* from) { store(to, load<Word>(from)); });
    });
  } else {
    f([bytes](std::byte* to, const std::byte* from) {
      std::memcpy(to, from, static_cast<std::size_t>(bytes));
    });
  }
}

/// Calls each(n, offset) for the indices [first, first + count), n counting from 0, with where the
/// index leads to. Takes the selection by value, for what `each` writes could be one for all that
/// the compiler knows.
template <class F>
void for_each_index(const Selection s, std::int64_t first, std::int64_t count, F each) {
  const std::int64_t* const indices = s.indices + first * s.index_step;
  for (std::int64_t n = 0; n < count; ++n) {
    each(n, from_start(indices[n * s.index_step], s.extent) * s.stride);
  }
}

// An index that is none may come up when others have been used; whoever the call is given back to
// writes all of the result.
void gather(const KernelCall& call) {
  const View& array = call.inputs[0];
  const Selection s = *select(call, array);
  const std::int64_t item = item_size(array.dtype), tail = s.tail;
  if (call.outputs[0].size() == 0) return check_indices(call.inputs[1], s.extent);
  Outside outside;
  visit_block(tail, item, [&](auto copy) {
    const auto copy_blocks = [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t block = begin; block < end;) {
        const std::int64_t lead = block / s.count, first = block % s.count;
        const std::int64_t count = std::min({kChunk, s.count - first, end - block});
        const std::int64_t* const indices = s.indices + first * s.index_step;
        if (!are_inside(indices, s.index_step, count, s.extent)) return outside.met();
        const std::byte* const from = array.data + lead * s.lead_stride;
        std::byte* const to = call.outputs[0].data + block * tail;
        for_each_index(s, first, count, [=](std::int64_t n, std::int64_t offset) {
          copy(to + n * tail, from + offset);
        });
        block += count;
      }
    };
    parallel_for(s.lead * s.count, kGrain * item / tail, copy_blocks);
  });
  outside.check();
}

/// The values of a scatter as its blocks take them, if blocks of them lie side by side.
struct Values {
  const std::byte* data;
  std::int64_t lead_stride, step;  ///< from block to block
};

std::optional<Values> values_of(const KernelCall& call, const Selection& s) {
  Dims region;
  schema::shape_rule::gather(call, {&region, 1});
  const View values = broadcast_view(call.inputs[2], region);
  const auto axis = static_cast<int>(call.attribute<Dims>(0)[0]);
  const int behind = axis + call.shape(1).size() - 1;
  const std::int64_t item = item_size(values.dtype);
  const auto lead_stride = even_stride(values, 0, axis);
  const auto step = even_stride(values, axis, behind);
  const auto tail_stride = even_stride(values, behind, values.rank());
  if (!lead_stride || !step || (s.tail > item && tail_stride != item)) return std::nullopt;
  return Values{values.data, *lead_stride, *step};
}

// One index after the other, because the last of equal ones has to win; threads share the leading
// dimensions.
void scatter(const KernelCall& call) {
  const View &array = call.inputs[0], &out = call.outputs[0];
  const Selection s = *select(call, out);
  const Values values = *values_of(call, s);
  check_indices(call.inputs[1], s.extent);
  if (out.data != array.data) copy_view(out, array);
  const std::int64_t item = item_size(out.dtype), blocks = s.count * s.tail / item;
  if (blocks == 0) return;
  visit_block(s.tail, item, [&](auto copy) {
    parallel_for(s.lead, kGrain / blocks, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t lead = begin; lead < end; ++lead) {
        std::byte* const to = out.data + lead * s.lead_stride;
        const std::byte* const from = values.data + lead * values.lead_stride;
        for_each_index(s, 0, s.count, [=, step = values.step](std::int64_t n, std::int64_t offset) {
          copy(to + offset, from + n * step);
        });
      }
    });
  });
}

// The result is walked as it lies in memory; `base` is where the line begins that an index counts
// along.
void take_along_axis(const KernelCall& call) {
  const auto axis = static_cast<int>(call.attribute<std::int64_t>(0));
  const View& out = call.outputs[0];
  const std::int64_t extent = call.shape(0)[axis], step = call.inputs[0].strides[axis];
  if (out.size() == 0) return check_indices(call.inputs[1], extent);
  Outside outside;
  View base = call.inputs[0];
  base.shape[axis] = 1;
  const View views[] = {out, broadcast_view(call.inputs[1], out.shape),
                        broadcast_view(base, out.shape)};
  visit_item(item_size(out.dtype), [&]<class Word>(std::type_identity<Word>) {
    constexpr std::int64_t kSize = sizeof(Word);
    dispatch::for_each_run(views, kGrain, [&](const Run& run) {
      for (std::int64_t begin = 0; begin < run.count; begin += kChunk) {
        const std::int64_t end = std::min(begin + kChunk, run.count);
        const auto* const indices = run.as<const std::int64_t>(1);
        if (!are_inside(indices + begin * run.step[1], run.step[1], end - begin, extent)) {
          return outside.met();
        }
        for (std::int64_t i = begin; i < end; ++i) {
          const std::int64_t index = from_start(indices[i * run.step[1]], extent);
          store(run.data[0] + i * run.step[0] * kSize,
                load<Word>(run.data[2] + (i * run.step[2] + index * step) * kSize));
        }
      }
    });
  });
  outside.check();
}

std::optional<std::string> refuse_gather(const KernelCall& call) {
  if (select(call, call.inputs[0])) return std::nullopt;
  return "several axes are indexed, or what is taken does not lie side by side";
}

std::optional<std::string> refuse_scatter(const KernelCall& call) {
  const std::optional<Selection> s = select(call, call.outputs[0]);
  if (s && values_of(call, *s)) return std::nullopt;
  return "several axes are indexed, or what is written does not lie side by side";
}

}  // namespace

void install_indexing(dispatch::KernelInstaller add) {
  add(op("gather"), {.run = gather, .refuse = refuse_gather});
  add(op("scatter"), {.run = scatter, .refuse = refuse_scatter});
  add(op("take_along_axis"), {.run = take_along_axis});
}

}  // namespace loom::native
