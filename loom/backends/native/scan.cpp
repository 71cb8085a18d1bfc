#include <algorithm>
#include <complex>
#include <memory>
#include <numeric>

#include "loom/backends/native/moves.h"
#include "loom/dispatch/loops.h"
#include "loom/support/scalar.h"
#include "loom/support/threads.h"

// Running sums and products. A line is cut into segments of fixed length; out[i] is what the
// segments in front come to, combined with what the segment's elements up to i do. Several segments
// are walked together, because each step of one waits for the step before. The structure is the
// same for any layout and any number of threads, and so are the bits.
namespace loom::native {
namespace {

using dispatch::KernelCall;
using schema::op;

constexpr std::int64_t kSegment = 256;
constexpr std::int64_t kTogether = 8;
constexpr std::int64_t kBlock = kSegment * kTogether;
/// Elements that keep a thread busy for some ten microseconds.
constexpr std::int64_t kGrain = std::int64_t{1} << 15;
/// Neighbouring lines that are walked together, element by element.
constexpr std::int64_t kLines = 256;

/// Double precision for real and complex numbers; integers wrap.
template <class T>
using Accumulator =
    std::conditional_t<kIsComplex<T>, std::complex<double>,
                       std::conditional_t<std::is_floating_point_v<T>, double, std::uint64_t>>;

/// What running sums and products come out as.
template <class T>
using Total =
    std::conditional_t<!std::is_integral_v<T>, T,
                       std::conditional_t<std::is_unsigned_v<T> && !std::is_same_v<T, bool>,
                                          std::uint64_t, std::int64_t>>;

template <class Acc>
struct Sum {
  /// Whether segments gain nothing: integers come out the same, and no step waits long.
  static constexpr bool kStraight = std::is_integral_v<Acc>;
  /// From how many threads on walking one line twice pays.
  static constexpr int kThreads = kStraight ? 4 : 2;
  static Acc initial() { return Acc(0); }
  /// What changes no sum: -0, because 0 would make 0 of it.
  static Acc identity() {
    if constexpr (kIsComplex<Acc>) {
      return {-0.0, -0.0};
    } else {
      return static_cast<Acc>(-0.0);
    }
  }
  static Acc combine(Acc a, Acc b) { return a + b; }
};

/// Of integers only: products of real numbers overflow and underflow depending on which are
/// combined first.
template <class Acc>
struct Product {
  static constexpr bool kStraight = false;
  static constexpr int kThreads = 2;
  static Acc initial() { return Acc(1); }
  static Acc identity() { return Acc(1); }
  static Acc combine(Acc a, Acc b) { return a * b; }
};

/// Elements [first, first + count) of a line, evenly spaced.
template <class T>
struct Elements {
  T* first;
  std::int64_t step;

  T& operator[](std::int64_t i) const { return first[i * step]; }
  Elements from(std::int64_t i) const { return {first + i * step, step}; }
};

/// One line, a block of segments at a time.
template <class Op, class T>
class Line {
  using Acc = Accumulator<T>;

 public:
  Line(Elements<Total<T>> out, Elements<const T> in, std::int64_t length)
      : out_(out), in_(in), length_(length) {}

  void scan() const {
    Acc before = Op::identity();
    for (std::int64_t begin = 0; begin < length_; begin += kBlock) {
      before = scan_block(begin, before);
    }
  }

  /// The same by all threads: first what each block but the last comes to, by the same steps.
  void scan_together() const {
    const std::int64_t blocks = (length_ - 1) / kBlock + 1, whole = blocks - 1;
    const auto totals = std::make_unique_for_overwrite<Acc[]>(whole * kTogether);
    parallel_for(whole, kGrain / kBlock, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t b = begin; b < end; ++b) {
        write_totals(in_.from(b * kBlock), totals.get() + b * kTogether);
      }
    });
    const auto befores = std::make_unique_for_overwrite<Acc[]>(blocks);
    befores[0] = Op::identity();
    for (std::int64_t b = 0; b < whole; ++b) {
      befores[b + 1] = std::accumulate(totals.get() + b * kTogether,
                                       totals.get() + (b + 1) * kTogether, befores[b], Op::combine);
    }
    parallel_for(blocks, kGrain / kBlock, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t b = begin; b < end; ++b) scan_block(b * kBlock, befores[b]);
    });
  }

 private:
  /// What the segments of a block come to.
  static void write_totals(Elements<const T> in, Acc* totals) {
    Acc local[kTogether];
    std::fill_n(local, kTogether, Op::identity());
    for (std::int64_t i = 0; i < kSegment; ++i) {
      for (std::int64_t k = 0; k < kTogether; ++k) {
        local[k] = Op::combine(local[k], static_cast<Acc>(in[k * kSegment + i]));
      }
    }
    std::copy_n(local, kTogether, totals);
  }

  /// Writes a block, `before` being what is in front of it, and returns what is in front of the
  /// next one.
  Acc scan_block(std::int64_t begin, Acc before) const {
    const std::int64_t end = std::min(begin + kBlock, length_);
    if constexpr (Op::kStraight) {
      for (std::int64_t i = begin; i < end; ++i) {
        before = Op::combine(before, static_cast<Acc>(in_[i]));
        out_[i] = static_cast<Total<T>>(before);
      }
      return before;
    }
    if (end - begin == kBlock) return scan_whole_block(in_.from(begin), out_.from(begin), before);
    for (std::int64_t first = begin; first < end; first += kSegment) {
      Acc local = Op::identity();
      for (std::int64_t i = first; i < std::min(first + kSegment, end); ++i) {
        local = Op::combine(local, static_cast<Acc>(in_[i]));
        out_[i] = static_cast<Total<T>>(Op::combine(before, local));
      }
      before = Op::combine(before, local);
    }
    return before;
  }

  static Acc scan_whole_block(Elements<const T> in, Elements<Total<T>> out, Acc before) {
    Acc running[kBlock], local[kTogether];
    std::fill_n(local, kTogether, Op::identity());
    for (std::int64_t i = 0; i < kSegment; ++i) {
      for (std::int64_t k = 0; k < kTogether; ++k) {
        local[k] = Op::combine(local[k], static_cast<Acc>(in[k * kSegment + i]));
        running[k * kSegment + i] = local[k];
      }
    }
    for (std::int64_t k = 0; k < kTogether; ++k) {
      const Elements<Total<T>> to = out.from(k * kSegment);
      const auto write = [&](auto place) {
        for (std::int64_t i = 0; i < kSegment; ++i) {
          to.first[place(i)] =
              static_cast<Total<T>>(Op::combine(before, running[k * kSegment + i]));
        }
      };
      // The compiler finds vectors where it knows the step.
      to.step == 1 ? write([](std::int64_t i) { return i; })
                   : write([&](std::int64_t i) { return i * to.step; });
      before = Op::combine(before, local[k]);
    }
    return before;
  }

  Elements<Total<T>> out_;
  Elements<const T> in_;
  std::int64_t length_;
};

/// `lines` lines whose elements lie side by side, at `out_step` and `in_step` from the next one of
/// the same line; by the steps of `Line`.
template <class Op, class T>
void scan_side_by_side(Total<T>* out, std::int64_t out_step, const T* in, std::int64_t in_step,
                       std::int64_t length, std::int64_t lines) {
  using Acc = Accumulator<T>;
  Acc before[kLines], local[kLines];
  std::fill_n(before, lines, Op::identity());
  std::fill_n(local, lines, Op::identity());
  for (std::int64_t i = 0; i < length; ++i) {
    if (i > 0 && i % kSegment == 0) {
      for (std::int64_t k = 0; k < lines; ++k) before[k] = Op::combine(before[k], local[k]);
      std::fill_n(local, lines, Op::identity());
    }
    const T* const from = in + i * in_step;
    Total<T>* const to = out + i * out_step;
    for (std::int64_t k = 0; k < lines; ++k) {
      local[k] = Op::combine(local[k], static_cast<Acc>(from[k]));
      to[k] = static_cast<Total<T>>(Op::combine(before[k], local[k]));
    }
  }
}

/// A scan as three loops: over `outer`, the axis and `inner`, dimensions of views.
struct Task {
  View out, in;
  int axis;
  std::int64_t length;   ///< of the axis of the input
  std::int64_t skipped;  ///< elements of the result in front, the initial value

  std::int64_t lines() const { return in.size() / length; }
  /// Whether the elements of neighbouring lines lie side by side and those of one line do not.
  bool side_by_side() const {
    const int last = in.rank() - 1;
    return axis != last && in.shape[last] >= 16 && in.strides[last] == 1 && out.strides[last] == 1;
  }
};

template <class Op, class T>
void scan_lines(const Task& task) {
  const View views[] = {task.out, task.in};
  const auto line_of = [&](std::span<const View> lines) {
    const std::int64_t step = lines[0].strides[0];
    return Line<Op, T>({lines[0].as<Total<T>>() + task.skipped * step, step},
                       {lines[1].as<const T>(), lines[1].strides[0]}, task.length);
  };
  const std::int64_t lines = task.lines();
  const bool together = lines < num_threads() && num_threads() >= Op::kThreads;
  if (together && task.length >= 2 * kGrain && !in_parallel_region()) {
    dispatch::for_each_line(views, task.axis, lines,
                            [&](std::span<const View> each) { line_of(each).scan_together(); });
  } else {
    dispatch::for_each_line(views, task.axis, kGrain / task.length,
                            [&](std::span<const View> each) { line_of(each).scan(); });
  }
}

/// Takes the last dimension in pieces and the others, but for the axis, as they come.
template <class Op, class T>
void scan_rows(const Task& task) {
  const int last = task.in.rank() - 1;
  const std::int64_t width = task.in.shape[last];
  View out = task.out, in = task.in;
  for (View* view : {&out, &in}) {
    for (const int axis : {last, task.axis}) {
      view->shape.erase(axis);
      view->strides.erase(axis);
    }
  }
  const std::int64_t out_step = task.out.strides[task.axis], in_step = task.in.strides[task.axis];
  const std::int64_t pieces = (width - 1) / kLines + 1;
  for (View* view : {&out, &in}) {
    view->shape.push_back(pieces);
    view->strides.push_back(kLines);
  }
  const dispatch::Stack stacks[] = {{out, 1}, {in, 1}};
  const std::int64_t grain = kGrain / (std::min(width, kLines) * task.length);
  dispatch::for_each_item(stacks, 1, [&](std::span<const View> items) {
    parallel_for(pieces, grain, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t piece = begin; piece < end; ++piece) {
        const std::int64_t first = piece * kLines;
        scan_side_by_side<Op, T>(items[0].as<Total<T>>() + first + task.skipped * out_step,
                                 out_step, items[1].as<const T>() + first, in_step, task.length,
                                 std::min(kLines, width - first));
      }
    });
  });
}

/// The element in front of every line.
template <class Op, class T>
void write_initial(const Task& task) {
  View front = task.out;
  front.shape[task.axis] = 1;
  Total<T> initial = static_cast<Total<T>>(Op::initial());
  View value{reinterpret_cast<std::byte*>(&initial), front.dtype, {}, {}};
  copy_view(front, broadcast_view(value, front.shape));
}

template <template <class> class Op>
void scan(const KernelCall& call) {
  const auto axis = static_cast<int>(call.attribute<std::int64_t>(0));
  const bool include_initial = call.attribute<bool>(1);
  if (call.outputs[0].size() == 0) return;
  visit_dtype(call.dtype(0), [&]<class T>(std::type_identity<T>) {
    using Function = Op<Accumulator<T>>;
    const View &in = call.inputs[0], &out = call.outputs[0];
    const Task task{out, in, axis, in.shape[axis], include_initial ? 1 : 0};
    if (include_initial) write_initial<Function, T>(task);
    if (in.size() == 0) return;
    task.side_by_side() ? scan_rows<Function, T>(task) : scan_lines<Function, T>(task);
  });
}

/// What the segments come to.
std::int64_t scan_workspace(const KernelCall& call) {
  constexpr std::int64_t kLargest = sizeof(std::complex<double>);
  return call.inputs[0].size() / kSegment * kLargest;
}

}  // namespace

void install_scans(dispatch::KernelInstaller add) {
  add(op("cumulative_sum"), {.run = scan<Sum>, .workspace = scan_workspace});
  add(op("cumulative_prod"),
      {.run = scan<Product>, .dtypes = kBool | kIntegers, .workspace = scan_workspace});
}

}  // namespace loom::native
