#include <algorithm>
#include <complex>
#include <cstdlib>
#include <limits>
#include <vector>

#include "loom/backends/reference/backend.h"
#include "loom/backends/reference/elementwise.h"
#include "loom/support/threads.h"

// Every reduction combines its elements in one fixed order, whatever the strides and the number of
// threads: in C order of the reduced axes, blocks of kBlock elements, each by kLanes interleaved
// accumulators, are combined pairwise, as the leaves of a balanced tree. A sum of n elements then
// has an error of O(log n) eps.
namespace loom::reference {
namespace {

using dispatch::KernelCall;
using schema::op;

constexpr std::int64_t kBlock = 128;
constexpr std::int64_t kLanes = 8;
/// Elements that one piece of work takes from one reduction: a power of two of blocks, so that the
/// tree of a long reduction is cut at whole subtrees.
constexpr std::int64_t kChunk = 256 * kBlock;
/// Neighbouring reductions that are read together where their elements lie side by side.
constexpr std::int64_t kPanel = 16;

/// What sums and products are kept in: float64 for float32, words that wrap for integers.
template <class T>
using Accumulator = std::conditional_t<
    std::is_same_v<T, float>, double,
    std::conditional_t<std::is_same_v<T, std::complex<float>>, std::complex<double>,
                       std::conditional_t<Integer<T>, std::uint64_t, T>>>;

template <class T>
concept Accumulated =
    Floating<T> || std::same_as<T, std::int64_t> || std::same_as<T, std::uint64_t>;

// A reduction: an accumulator that starts as identity() and takes one value after the other by
// combine(), the result for no element at all, and the end of it.
template <Accumulated T>
struct Sum {
  using Acc = Accumulator<T>;
  /// The negative zero, which is the identity even to itself.
  static Acc identity() {
    if constexpr (Complex<T>) {
      return {-0.0, -0.0};
    } else {
      return static_cast<Acc>(-0.0);
    }
  }
  static Acc combine(Acc a, Acc b) { return a + b; }
  static Acc of_nothing() { return Acc(0); }
  static T finish(Acc total, std::int64_t) { return static_cast<T>(total); }
};

template <Accumulated T>
struct Prod {
  using Acc = Accumulator<T>;
  static Acc identity() { return Acc(1); }
  static Acc combine(Acc a, Acc b) { return dense::multiply(a, b); }
  static Acc of_nothing() { return Acc(1); }
  static T finish(Acc total, std::int64_t) { return static_cast<T>(total); }
};

template <Floating T>
struct Mean : Sum<T> {
  using typename Sum<T>::Acc;
  static T finish(Acc total, std::int64_t count) {
    return static_cast<T>(total / static_cast<double>(count));
  }
};

template <Ordered T>
struct Min {
  using Acc = T;
  static T identity() {
    using Limits = std::numeric_limits<T>;
    return Limits::has_infinity ? Limits::infinity() : Limits::max();
  }
  static T combine(T a, T b) { return a <= b || a != a ? a : b; }
  static T of_nothing() { return identity(); }
  static T finish(T result, std::int64_t) { return result; }
};

template <Ordered T>
struct Max {
  using Acc = T;
  static T identity() {
    using Limits = std::numeric_limits<T>;
    return Limits::has_infinity ? -Limits::infinity() : Limits::lowest();
  }
  static T combine(T a, T b) { return a >= b || a != a ? a : b; }
  static T of_nothing() { return identity(); }
  static T finish(T result, std::int64_t) { return result; }
};

/// Combines values pairwise as they come: like the carries of a binary counter, equal subtrees are
/// joined as soon as both are complete.
template <class Op>
class PairwiseTree {
 public:
  using Acc = typename Op::Acc;

  void add(Acc value) {
    for (std::uint64_t carries = count_++; carries & 1; carries >>= 1) {
      value = Op::combine(subtrees_[--height_], value);
    }
    subtrees_[height_++] = value;
  }

  /// The whole; the tree is empty afterwards.
  Acc take() {
    if (height_ == 0) return Op::of_nothing();
    Acc value = subtrees_[--height_];
    while (height_ > 0) value = Op::combine(subtrees_[--height_], value);
    count_ = 0;
    return value;
  }

 private:
  Acc subtrees_[64];
  int height_ = 0;
  std::uint64_t count_ = 0;
};

/// At most kBlock elements.
template <class Op, class T>
typename Op::Acc reduce_block(const T* elements, std::int64_t count) {
  using Acc = typename Op::Acc;
  Acc lanes[kLanes];
  std::fill_n(lanes, kLanes, Op::identity());
  std::int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    for (std::int64_t lane = 0; lane < kLanes; ++lane) {
      lanes[lane] = Op::combine(lanes[lane], static_cast<Acc>(elements[i + lane]));
    }
  }
  for (std::int64_t lane = 0; i < count; ++i, ++lane) {
    lanes[lane] = Op::combine(lanes[lane], static_cast<Acc>(elements[i]));
  }
  for (std::int64_t width = kLanes / 2; width > 0; width /= 2) {
    for (std::int64_t lane = 0; lane < width; ++lane) {
      lanes[lane] = Op::combine(lanes[lane], lanes[lane + width]);
    }
  }
  return lanes[0];
}

/// Some axes of an array, merged where the strides allow it without changing the order.
struct Axes {
  Dims shape, strides;

  void push(std::int64_t extent, std::int64_t stride) {
    if (extent == 1) return;
    if (!shape.empty() && strides.back() == stride * extent) {
      shape.back() *= extent;
      strides.back() = stride;
    } else {
      shape.push_back(extent);
      strides.push_back(stride);
    }
  }
  std::int64_t size() const { return element_count(shape); }
  std::int64_t inner_extent() const { return shape.empty() ? 1 : shape.back(); }
  std::int64_t inner_stride() const { return strides.empty() ? 0 : strides.back(); }
  /// Where the element of that number in C order lies.
  std::int64_t offset(std::int64_t number) const {
    std::int64_t result = 0;
    for (int axis = shape.size() - 1; axis > 0; --axis) {
      result += number % shape[axis] * strides[axis];
      number /= shape[axis];
    }
    return shape.empty() ? 0 : result + number * strides[0];
  }
  /// The same for `count` elements from `first` on.
  void fill_offsets(std::int64_t first, std::int64_t count, std::int64_t* offsets) const {
    const std::int64_t extent = inner_extent(), stride = inner_stride();
    for (std::int64_t done = 0; done < count;) {
      const std::int64_t start = offset(first + done);
      const std::int64_t run = std::min(extent - (first + done) % extent, count - done);
      for (std::int64_t i = 0; i < run; ++i) offsets[done + i] = start + i * stride;
      done += run;
    }
  }
};

/// The input of a reduction as reductions (one per element of the output) of elements.
struct Problem {
  Axes kept, reduced;
  std::int64_t outputs, length;  ///< number of reductions, and of elements in each
  std::int64_t chunks;           ///< pieces of work per reduction
  std::int64_t panel;            ///< reductions that are read together
  std::int64_t panels_per_row, panels;
};

Problem analyse(const View& input, const Dims& reduced_axes) {
  Problem p;
  for (int axis = 0; axis < input.rank(); ++axis) {
    const bool reduced =
        std::find(reduced_axes.begin(), reduced_axes.end(), axis) != reduced_axes.end();
    (reduced ? p.reduced : p.kept).push(input.shape[axis], input.strides[axis]);
  }
  p.outputs = p.kept.size();
  p.length = p.reduced.size();
  p.chunks = std::max<std::int64_t>((p.length + kChunk - 1) / kChunk, 1);
  const bool across = std::abs(p.reduced.inner_stride()) > std::abs(p.kept.inner_stride());
  p.panel = across ? std::min(kPanel, std::max<std::int64_t>(p.kept.inner_extent(), 1)) : 1;
  p.panels_per_row = (p.kept.inner_extent() + p.panel - 1) / p.panel;
  p.panels = p.outputs == 0 ? 0 : p.outputs / p.kept.inner_extent() * p.panels_per_row;
  return p;
}

/// What one thread needs to reduce a panel.
template <class Op, class T>
struct Scratch {
  explicit Scratch(std::int64_t panel) : trees(panel), blocks(panel * kBlock) {}

  std::vector<PairwiseTree<Op>> trees;
  std::vector<T> blocks;  ///< kBlock elements of each reduction
  std::int64_t offsets[kBlock];
};

/// Puts elements [begin, end) of `width` neighbouring reductions, the first of which starts at
/// `input`, into the trees of `scratch`.
template <class Op, class T>
void reduce_panel(const Problem& p, const T* input, std::int64_t width, std::int64_t begin,
                  std::int64_t end, Scratch<Op, T>& scratch) {
  const bool dense = width == 1 && p.reduced.shape.size() <= 1 && p.reduced.inner_stride() == 1;
  const std::int64_t side = p.kept.inner_stride();
  for (std::int64_t first = begin; first < end; first += kBlock) {
    const std::int64_t count = std::min(kBlock, end - first);
    if (dense) {
      scratch.trees[0].add(reduce_block<Op>(input + first, count));
      continue;
    }
    p.reduced.fill_offsets(first, count, scratch.offsets);
    T* const blocks = scratch.blocks.data();
    for (std::int64_t i = 0; i < count; ++i) {
      const T* const row = input + scratch.offsets[i];
      for (std::int64_t w = 0; w < width; ++w) blocks[w * kBlock + i] = row[w * side];
    }
    for (std::int64_t w = 0; w < width; ++w) {
      scratch.trees[w].add(reduce_block<Op>(blocks + w * kBlock, count));
    }
  }
}

/// The reduction of one dtype: pieces of work are (panel, chunk) pairs; where there are several
/// chunks, their results are combined at the end, in order.
template <class Op, class T>
void reduce(const View& input, const Dims& axes, T* output) {
  const Problem p = analyse(input, axes);
  std::vector<typename Op::Acc> partial(p.chunks > 1 ? p.outputs * p.chunks : 0);
  const std::int64_t work = p.panel * std::clamp<std::int64_t>(p.length, 1, kChunk);
  parallel_for(p.panels * p.chunks, kChunk / work, [&](std::int64_t begin, std::int64_t end) {
    Scratch<Op, T> scratch(p.panel);
    for (std::int64_t item = begin; item < end; ++item) {
      const std::int64_t chunk = item % p.chunks, panel = item / p.chunks;
      const std::int64_t column = panel % p.panels_per_row * p.panel;
      const std::int64_t first = panel / p.panels_per_row * p.kept.inner_extent() + column;
      const std::int64_t width = std::min(p.panel, p.kept.inner_extent() - column);
      reduce_panel<Op, T>(p, input.as<T>() + p.kept.offset(first), width, chunk * kChunk,
                          std::min((chunk + 1) * kChunk, p.length), scratch);
      for (std::int64_t w = 0; w < width; ++w) {
        const typename Op::Acc result = scratch.trees[w].take();
        if (p.chunks > 1) {
          partial[(first + w) * p.chunks + chunk] = result;
        } else {
          output[first + w] = Op::finish(result, p.length);
        }
      }
    }
  });
  if (p.chunks == 1) return;
  PairwiseTree<Op> tree;
  for (std::int64_t i = 0; i < p.outputs; ++i) {
    for (std::int64_t chunk = 0; chunk < p.chunks; ++chunk) tree.add(partial[i * p.chunks + chunk]);
    output[i] = Op::finish(tree.take(), p.length);
  }
}

/// The kernel of the reduction that `make` gives for an element type, for all types it takes.
template <class Make>
dispatch::Kernel reduction_kernel(Make) {
  dispatch::Kernel kernel;
  kernel.dtypes = dtypes_where([]<class T>(std::type_identity<T> type) {
    return std::is_invocable_v<Make, decltype(type)>;
  });
  kernel.run = [](const KernelCall& call) {
    visit_dtype(call.dtype(0), [&]<class T>(std::type_identity<T> type) {
      if constexpr (std::is_invocable_v<Make, decltype(type)>) {
        using Op = std::invoke_result_t<Make, decltype(type)>;
        reduce<Op>(call.inputs[0], call.attribute<Dims>(0), call.outputs[0].as<T>());
      }
    });
  };
  return kernel;
}

}  // namespace

void install_reductions(dispatch::KernelInstaller add) {
  using std::type_identity;
  add(op("sum"), reduction_kernel([]<Accumulated T>(type_identity<T>) { return Sum<T>(); }));
  add(op("prod"), reduction_kernel([]<Accumulated T>(type_identity<T>) { return Prod<T>(); }));
  add(op("min"), reduction_kernel([]<Ordered T>(type_identity<T>) { return Min<T>(); }));
  add(op("max"), reduction_kernel([]<Ordered T>(type_identity<T>) { return Max<T>(); }));
  add(op("mean"), reduction_kernel([]<Floating T>(type_identity<T>) { return Mean<T>(); }));
}

}  // namespace loom::reference
