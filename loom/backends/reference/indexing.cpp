#include <algorithm>
#include <atomic>
#include <vector>

#include <fmt/format.h>

#include "loom/backends/reference/backend.h"
#include "loom/backends/reference/elementwise.h"
#include "loom/dispatch/axes.h"
#include "loom/support/threads.h"

// Elements by index. Indices are int64, and negative ones count from the end. All of them are
// checked before anything is written.
namespace loom::reference {
namespace {

using dispatch::Axes;
using dispatch::KernelCall;
using schema::op;

/// The smallest and the largest of numbers that several threads have seen.
class Range {
 public:
  void take(std::int64_t low, std::int64_t high) {
    std::int64_t known = low_.load(std::memory_order_relaxed);
    while (low < known && !low_.compare_exchange_weak(known, low)) {
    }
    known = high_.load(std::memory_order_relaxed);
    while (high > known && !high_.compare_exchange_weak(known, high)) {
    }
  }
  std::int64_t low() const { return low_; }
  std::int64_t high() const { return high_; }

 private:
  std::atomic<std::int64_t> low_{0}, high_{-1};
};

/// Throws IndexError where an index is none of that axis. Of several it names the most extreme,
/// which is the same one whatever the threads.
void check_indices(const KernelCall& call, const View& indices, std::int64_t axis,
                   std::int64_t extent) {
  Range range;
  dispatch::for_each_run({&indices, 1}, kCheapGrain, [&](const dispatch::Run& run) {
    std::int64_t low = 0, high = -1;
    for (std::int64_t i = 0; i < run.count; ++i) {
      const std::int64_t index = run.as<std::int64_t>(0)[i * run.step[0]];
      low = std::min(low, index);
      high = std::max(high, index);
    }
    range.take(low, high);
  });
  if (range.high() < extent && range.low() >= -extent) return;
  throw IndexError(fmt::format("[{}] index {} is outside of axis {} with extent {}", call.row.name,
                               range.high() >= extent ? range.high() : range.low(), axis, extent));
}

std::int64_t from_start(std::int64_t index, std::int64_t extent) {
  return index < 0 ? index + extent : index;
}

/// What `gather` reads and `scatter` writes: for each element of `lead` and each of `offsets`, a
/// block `tail`.
struct Selection {
  Axes lead, tail;  ///< the dimensions that are not indexed, in front of the indices' and behind
  std::vector<std::int64_t> offsets;  ///< of the places that the indices name

  std::int64_t count() const { return static_cast<std::int64_t>(offsets.size()); }
};

/// The selection of a call of either in `array`.
Selection select(const KernelCall& call, const View& array) {
  const View& indices = call.inputs[1];
  const Dims& axes = call.attribute<Dims>(0);
  const auto position = call.attribute<std::int64_t>(1);
  Selection selection;
  for (int axis = 0, passed = 0; axis < array.rank(); ++axis) {
    if (std::find(axes.begin(), axes.end(), axis) != axes.end()) continue;
    Axes& part = passed++ < position ? selection.lead : selection.tail;
    part.push(array.shape[axis], array.strides[axis]);
  }
  View each = indices;  // the indices of one axis
  each.shape.erase(0);
  each.strides.erase(0);
  selection.offsets.assign(each.size(), 0);
  const View offsets{reinterpret_cast<std::byte*>(selection.offsets.data()), DType::int64,
                     each.shape, c_strides(each.shape)};
  for (int i = 0; i < axes.size(); ++i) {
    const int axis = static_cast<int>(axes[i]);
    const std::int64_t extent = array.shape[axis], stride = array.strides[axis];
    each.data = reinterpret_cast<std::byte*>(indices.as<std::int64_t>() + i * indices.strides[0]);
    check_indices(call, each, axis, extent);
    const View views[] = {offsets, each};
    dispatch::for_each_run(views, kCheapGrain, [&](const dispatch::Run& run) {
      for (std::int64_t k = 0; k < run.count; ++k) {
        run.as<std::int64_t>(0)[k * run.step[0]] +=
            from_start(run.as<std::int64_t>(1)[k * run.step[1]], extent) * stride;
      }
    });
  }
  return selection;
}

/// The elements of `from` in C order of `block`, to neighbouring places.
template <class T>
void copy_block(T* to, const T* from, const Axes& block) {
  const std::int64_t extent = block.inner_extent(), stride = block.inner_stride();
  const std::int64_t size = block.size();
  for (std::int64_t done = 0; done < size; done += extent) {
    const T* const run = from + block.offset(done);
    if (stride == 1) {
      std::copy_n(run, extent, to + done);
    } else {
      for (std::int64_t i = 0; i < extent; ++i) to[done + i] = run[i * stride];
    }
  }
}

void gather(const KernelCall& call) {
  const Selection s = select(call, call.inputs[0]);
  const std::int64_t block = s.tail.size(), count = s.count();
  if (call.outputs[0].size() == 0) return;
  visit_dtype(call.dtype(0), [&]<class T>(std::type_identity<T>) {
    const T* const in = call.inputs[0].as<T>();
    T* const out = call.outputs[0].as<T>();
    const auto copy_blocks = [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t item = begin; item < end;) {
        const T* const from = in + s.lead.offset(item / count);
        const std::int64_t first = item % count, n = std::min(count - first, end - item);
        for (std::int64_t i = 0; i < n; ++i) {
          if (block == 1) {
            out[item + i] = from[s.offsets[first + i]];
          } else {
            copy_block(out + (item + i) * block, from + s.offsets[first + i], s.tail);
          }
        }
        item += n;
      }
    };
    parallel_for(s.lead.size() * count, kCheapGrain / block, copy_blocks);
  });
}

template <class T>
struct Same {
  T operator()(T x) const { return x; }
};

/// The dimensions [first, last) of a view.
Axes axes_of(const View& view, int first, int last) {
  Axes axes;
  for (int axis = first; axis < last; ++axis) axes.push(view.shape[axis], view.strides[axis]);
  return axes;
}

/// A view without some of its dimensions, which are ascending.
View without(View view, const Dims& axes) {
  for (int i = axes.size() - 1; i >= 0; --i) {
    view.shape.erase(static_cast<int>(axes[i]));
    view.strides.erase(static_cast<int>(axes[i]));
  }
  return view;
}

Dims axes_between(int first, int last) {
  Dims axes;
  for (int axis = first; axis < last; ++axis) axes.push_back(axis);
  return axes;
}

/// Writes single elements, `values` being as many.
template <class T>
void scatter_elements(const Selection& s, T* out, const T* values, const Axes& places) {
  std::int64_t from[256];
  for (std::int64_t first = 0; first < s.count(); first += std::ssize(from)) {
    const std::int64_t n = std::min(std::ssize(from), s.count() - first);
    places.fill_offsets(first, n, from);
    for (std::int64_t i = 0; i < n; ++i) out[s.offsets[first + i]] = values[from[i]];
  }
}

// One index after the other, because the last of equal ones has to win; threads share what each of
// them writes.
void scatter(const KernelCall& call) {
  const View &array = call.inputs[0], &out = call.outputs[0];
  Dims region;
  schema::shape_rule::gather(call, {&region, 1});
  const View values = broadcast_view(call.inputs[2], region);
  const int position = static_cast<int>(call.attribute<std::int64_t>(1));
  const int behind = position + call.shape(1).size() - 1;
  const Axes places = axes_of(values, position, behind);
  const Selection s = select(call, out);
  visit_dtype(call.dtype(0), [&]<class T>(std::type_identity<T>) {
    if (out.data != array.data) map_views<Same<T>, T>(out, kCheapGrain, array);
    if (s.lead.size() == 1 && s.tail.size() == 1) {
      scatter_elements(s, out.as<T>(), values.as<T>(), places);
      return;
    }
    View to = without(out, call.attribute<Dims>(0));
    View from = without(values, axes_between(position, behind));
    for (std::int64_t i = 0; i < s.count(); ++i) {
      to.data = reinterpret_cast<std::byte*>(out.as<T>() + s.offsets[i]);
      from.data = reinterpret_cast<std::byte*>(values.as<T>() + places.offset(i));
      map_views<Same<T>, T>(to, kCheapGrain, from);
    }
  });
}

void take_along_axis(const KernelCall& call) {
  const auto axis = static_cast<int>(call.attribute<std::int64_t>(0));
  const View& out = call.outputs[0];
  check_indices(call, call.inputs[1], axis, call.shape(0)[axis]);
  const auto spread = [&](const View& view) {
    Dims shape = out.shape;
    shape[axis] = view.shape[axis];
    return broadcast_view(view, shape);
  };
  const View views[] = {out, spread(call.inputs[0]), spread(call.inputs[1])};
  const std::int64_t length = std::max<std::int64_t>(out.shape[axis], 1);
  visit_dtype(call.dtype(0), [&]<class T>(std::type_identity<T>) {
    dispatch::for_each_line(views, axis, kCheapGrain / length, [&](std::span<const View> lines) {
      const View &to = lines[0], &from = lines[1], &indices = lines[2];
      for (std::int64_t i = 0; i < to.shape[0]; ++i) {
        const std::int64_t index = indices.as<std::int64_t>()[i * indices.strides[0]];
        to.as<T>()[i * to.strides[0]] =
            from.as<T>()[from_start(index, from.shape[0]) * from.strides[0]];
      }
    });
  });
}

/// Calls `body(number)` for the elements [begin, end), counted in C order, that are not zero.
template <class T, class F>
void for_each_nonzero(const T* elements, const Axes& axes, std::int64_t begin, std::int64_t end,
                      F body) {
  std::int64_t offsets[256];
  for (std::int64_t first = begin; first < end; first += std::ssize(offsets)) {
    const std::int64_t n = std::min(std::ssize(offsets), end - first);
    axes.fill_offsets(first, n, offsets);
    for (std::int64_t i = 0; i < n; ++i) {
      if (elements[offsets[i]] != T(0)) body(first + i);
    }
  }
}

// Two passes over pieces of fixed size: what the pieces in front of it hold is where a piece
// writes.
void nonzero(const KernelCall& call) {
  const View &in = call.inputs[0], &out = call.outputs[0];
  const std::int64_t size = in.size(), pieces = (size + kCheapGrain - 1) / kCheapGrain;
  const Axes axes = axes_of(in, 0, in.rank());
  std::vector<std::int64_t> starts(pieces + 1, 0);
  visit_dtype(in.dtype, [&]<class T>(std::type_identity<T>) {
    const auto walk = [&](std::int64_t piece, auto body) {
      const std::int64_t begin = piece * kCheapGrain;
      for_each_nonzero(in.as<T>(), axes, begin, std::min(begin + kCheapGrain, size), body);
    };
    parallel_for(pieces, 1, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t piece = begin; piece < end; ++piece) {
        walk(piece, [&](std::int64_t) { ++starts[piece + 1]; });
      }
    });
    for (std::int64_t piece = 0; piece < pieces; ++piece) starts[piece + 1] += starts[piece];
    if (starts[pieces] != out.shape[1]) {
      throw ValueError(fmt::format("[nonzero] count is {}, of the elements {} are not zero",
                                   out.shape[1], starts[pieces]));
    }
    parallel_for(pieces, 1, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t piece = begin; piece < end; ++piece) {
        std::int64_t* place = out.as<std::int64_t>() + starts[piece];
        walk(piece, [&](std::int64_t number) {
          for (int axis = in.rank() - 1; axis > 0; --axis) {
            place[axis * out.shape[1]] = number % in.shape[axis];
            number /= in.shape[axis];
          }
          *place++ = number;
        });
      }
    });
  });
}

/// The offsets of the places.
std::int64_t offsets_workspace(const KernelCall& call) {
  const Dims& indices = call.shape(1);
  return call.inputs[1].size() / std::max<std::int64_t>(indices[0], 1) *
         static_cast<std::int64_t>(sizeof(std::int64_t));
}

}  // namespace

void install_indexing(dispatch::KernelInstaller add) {
  add(op("gather"), {.run = gather, .workspace = offsets_workspace});
  add(op("scatter"), {.run = scatter, .workspace = offsets_workspace});
  add(op("take_along_axis"), {.run = take_along_axis});
  add(op("nonzero"), {.run = nonzero});
}

}  // namespace loom::reference
