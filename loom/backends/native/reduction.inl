// Loops that gather elements, from functions of vectors. Included once per instruction set, by
// sources that foreach_target.h includes as often; hence the guard that toggles.
//
// A reduction is a struct with
//   Unit              what the input is a list of: one for each lane
//   Lane              what lanes hold while a block is gathered
//   kParts            lanes of an element: 2 where the parts of complex numbers are gathered apart
//   kLanes            interleaved accumulators of a line; kSteps elements go through each lane,
//   then
//                     the lanes of the block are combined
//   kOrdered          whether bits depend on the order, which then is that of dispatch/pairwise.h
//   static Lane identity()
//   static V term(D, const Unit*, Load, Centre)   the lanes that elements give
//   static V merge(D, V earlier, V later)
//   Acc, static Acc widen(const Lane*), static Acc combine(Acc, Acc), static Acc of_nothing()
//   Result, static Result finish(Acc, const Whole&)
//   static Acc block(const Unit*, count)      if there is a better way to gather a block
// `Load` reads vectors where there may be fewer elements than lanes; `Centre` reads means.
#if defined(LOOM_BACKENDS_NATIVE_REDUCTION) == defined(HWY_TARGET_TOGGLE)
#ifdef LOOM_BACKENDS_NATIVE_REDUCTION
#undef LOOM_BACKENDS_NATIVE_REDUCTION
#else
#define LOOM_BACKENDS_NATIVE_REDUCTION
#endif

#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include <algorithm>
#include <complex>
#include <cstring>
#include <type_traits>

#include "loom/backends/native/loops.inl"
#include "loom/backends/native/reduction.h"
#include "loom/dispatch/pairwise.h"

HWY_BEFORE_NAMESPACE();
namespace loom::native::HWY_NAMESPACE {

/// Bytes of the lanes of all columns that are gathered at a time: rows are long enough for memory
/// to stream, and eight lots of lanes stay in the first cache.
inline constexpr std::int64_t kColumnBytes = 4096;

/// Fetches what a loop over elements side by side will want 4 KiB later. The processor would by
/// itself, but not as far ahead, and it stops where a page ends.
template <class T>
HWY_INLINE void fetch_ahead(const T* from) {
  hwy::Prefetch(from + 4096 / sizeof(T));
}

struct LoadAll {
  template <class D>
  HWY_INLINE hn::Vec<D> operator()(D d, const hn::TFromD<D>* from) const {
    return hn::LoadU(d, from);
  }
  template <class D>
  HWY_INLINE void parts(D d, const hn::TFromD<D>* from, hn::Vec<D>& re, hn::Vec<D>& im) const {
    hn::LoadInterleaved2(d, from, re, im);
  }
};

/// The first `count` elements, and zeros.
struct LoadSome {
  std::int64_t count;

  template <class D>
  HWY_INLINE hn::Vec<D> operator()(D d, const hn::TFromD<D>* from) const {
    using T = hn::TFromD<D>;
    alignas(kMaxVectorBytes) T padded[kMaxVectorBytes / sizeof(T)] = {};
    std::memcpy(padded, from, static_cast<std::size_t>(std::min(count, lanes(d))) * sizeof(T));
    return hn::Load(d, padded);
  }
  template <class D>
  HWY_INLINE void parts(D d, const hn::TFromD<D>* from, hn::Vec<D>& re, hn::Vec<D>& im) const {
    using T = hn::TFromD<D>;
    alignas(kMaxVectorBytes) T padded[2 * kMaxVectorBytes / sizeof(T)] = {};
    std::memcpy(padded, from, static_cast<std::size_t>(std::min(count, lanes(d))) * 2 * sizeof(T));
    hn::LoadInterleaved2(d, padded, re, im);
  }
};

/// The mean of a line, for all of its elements.
struct OneCentre {
  const double* at;

  template <class D>
  HWY_INLINE hn::Vec<D> operator()(D d) const {
    return hn::Set(d, at[0]);
  }
  template <class D>
  HWY_INLINE void parts(D d, hn::Vec<D>& re, hn::Vec<D>& im) const {
    re = hn::Set(d, at[0]);
    im = hn::Set(d, at[1]);
  }
};

/// The means of columns from column `first` on.
template <class Load>
struct EachCentre {
  const double* at;
  std::int64_t first;
  Load load;

  template <class D>
  HWY_INLINE hn::Vec<D> operator()(D d) const {
    return load(d, at + first);
  }
  template <class D>
  HWY_INLINE void parts(D d, hn::Vec<D>& re, hn::Vec<D>& im) const {
    load.parts(d, at + 2 * first, re, im);
  }
};

template <class Op>
using LaneTag =
    hn::CappedTag<typename Op::Lane, std::min(kMaxVectorBytes / sizeof(typename Op::Lane),
                                              std::size_t{Op::kLanes} * Op::kParts)>;

/// Gathers at most kLanes * kSteps elements. Each vector of lanes goes through all of them in turn,
/// so that it is the same for vectors of any length.
template <class Op>
HWY_INLINE typename Op::Acc gather_block(const typename Op::Unit* from, std::int64_t count,
                                         OneCentre centre) {
  using Lane = typename Op::Lane;
  constexpr std::int64_t kAll = Op::kLanes * Op::kParts;
  const LaneTag<Op> d;
  const std::int64_t whole = count / Op::kLanes * kAll, left = count * Op::kParts - whole;
  alignas(kMaxVectorBytes) Lane sums[kAll];
  for (std::int64_t lane = 0; lane < kAll; lane += lanes(d)) {
    auto sum = hn::Set(d, Op::identity());
    for (std::int64_t i = lane; i < whole; i += kAll) {
      if (lane == 0) fetch_ahead(from + i);
      sum = Op::merge(d, sum, Op::term(d, from + i, LoadAll(), centre));
    }
    if (left > lane) {
      const auto rest = Op::term(d, from + whole + lane, LoadSome{left - lane}, centre);
      const auto with_rest = Op::merge(d, sum, rest);
      const auto wanted = static_cast<std::size_t>(std::min(left - lane, lanes(d)));
      sum = hn::IfThenElse(hn::FirstN(d, wanted), with_rest, sum);
    }
    hn::Store(sum, d, sums + lane);
  }
  typename Op::Acc wide[Op::kLanes];
  for (std::int64_t i = 0; i < Op::kLanes; ++i) wide[i] = Op::widen(sums + i * Op::kParts);
  for (std::int64_t half = Op::kLanes / 2; half > 0; half /= 2) {
    for (std::int64_t i = 0; i < half; ++i) wide[i] = Op::combine(wide[i], wide[i + half]);
  }
  return wide[0];
}

/// The same, by a way of the reduction's own where it has one.
template <class Op>
HWY_INLINE typename Op::Acc block_of(const typename Op::Unit* from, std::int64_t count,
                                     OneCentre centre) {
  if constexpr (requires { Op::block(from, count); }) {
    return Op::block(from, count);
  } else {
    return gather_block<Op>(from, count, centre);
  }
}

/// Whether nothing that follows changes an accumulator.
template <class Op>
HWY_INLINE bool is_settled(typename Op::Acc acc) {
  if constexpr (requires { Op::settled(acc); }) {
    return Op::settled(acc);
  } else {
    return false;
  }
}

template <class Op>
void gather_line(std::byte* accumulator, const std::byte* elements, std::int64_t count,
                 const Piece& piece) {
  constexpr std::int64_t kBlock = Op::kLanes * Op::kSteps;
  const auto* const from = reinterpret_cast<const typename Op::Unit*>(elements);
  const OneCentre centre{reinterpret_cast<const double*>(piece.centres)};
  dispatch::PairwiseTree<Op> tree;
  for (std::int64_t first = 0; first < count; first += kBlock) {
    const auto block =
        block_of<Op>(from + first * Op::kParts, std::min(kBlock, count - first), centre);
    tree.add(block);
    if (is_settled<Op>(block)) break;
  }
  const typename Op::Acc whole = tree.take();
  std::memcpy(accumulator, &whole, sizeof(whole));
}

/// Rows that are taken at a time, which spares most of the traffic with the first cache.
template <class Op>
inline constexpr int kRowsAtOnce = sizeof(typename Op::Unit) < 8 ? 8 : 4;
/// Rows whose columns are gathered in registers.
inline constexpr std::int64_t kFewRows = 16;

/// sums[k] gathers column k of kCount rows, for `count` columns; from the start where `fresh`. The
/// rows that come next are fetched meanwhile: stretches of rows are too short for the processor to
/// foresee them.
template <class Op, int kCount>
HWY_INLINE void gather_rows(typename Op::Lane* HWY_RESTRICT sums,
                            const typename Op::Unit* const* rows,
                            const typename Op::Unit* const* next, std::int64_t count, bool fresh,
                            const double* centres) {
  const LaneTag<Op> d;
  const auto with_rows = [&](std::int64_t k, auto load) HWY_ATTR {
    const EachCentre<decltype(load)> centre{centres, k, load};
    auto sum = fresh ? hn::Set(d, Op::identity()) : hn::LoadU(d, sums + k);
    for (int row = 0; row < kCount; ++row) {
      sum = Op::merge(d, sum, Op::term(d, rows[row] + k, load, centre));
    }
    return sum;
  };
  const std::int64_t step = lanes(d);
  constexpr std::int64_t kCacheLine = 64 / sizeof(typename Op::Unit);
  std::int64_t k = 0;
  while (k + std::max(step, kCacheLine) <= count) {
    for (int row = 0; row < kCount; ++row) hwy::Prefetch(next[row] + k);
    const std::int64_t end = k + std::max(step, kCacheLine);
    for (; k < end; k += step) hn::Store(with_rows(k, LoadAll()), d, sums + k);
  }
  for (; k + step <= count; k += step) hn::Store(with_rows(k, LoadAll()), d, sums + k);
  if (k == count) return;
  if (k == 0) return hn::Store(with_rows(0, LoadSome{count}), d, sums);
  // The last vector overlaps the one before, whose lanes stay.
  const std::int64_t last = count - step;
  const auto sum = with_rows(last, LoadAll());
  const auto done = hn::FirstN(d, static_cast<std::size_t>(k - last));
  hn::StoreU(hn::IfThenElse(done, hn::LoadU(d, sums + last), sum), d, sums + last);
}

/// What lanes kFirst, kFirst + kStep, ... give, as halves of halves of them; of the first `count`.
template <class Op, std::int64_t kFirst, std::int64_t kStep, class D, class Lane>
HWY_INLINE hn::Vec<D> joined_lanes(D d, std::int64_t count, Lane lane) {
  if constexpr (kStep == (Op::kOrdered ? dispatch::kReductionLanes : 1)) {
    return lane(kFirst);
  } else {
    const auto even = joined_lanes<Op, kFirst, 2 * kStep>(d, count, lane);
    if (kFirst + kStep >= count) return even;
    return Op::merge(d, even, joined_lanes<Op, kFirst + kStep, 2 * kStep>(d, count, lane));
  }
}

/// sums[k] gathers column k of all rows, which are few: in registers, and no lane waits for
/// another.
template <class Op>
HWY_INLINE void gather_few_rows(typename Op::Lane* HWY_RESTRICT sums,
                                const std::byte* const* row_bytes, std::int64_t count,
                                std::int64_t width, const double* centres) {
  constexpr std::int64_t kLanes = Op::kOrdered ? dispatch::kReductionLanes : 1;
  const LaneTag<Op> d;
  const auto column = [&](std::int64_t k, auto load) HWY_ATTR {
    const EachCentre<decltype(load)> centre{centres, k, load};
    const auto term = [&](std::int64_t row) HWY_ATTR {
      const auto* const from = reinterpret_cast<const typename Op::Unit*>(row_bytes[row]) + k;
      fetch_ahead(from);
      return Op::term(d, from, load, centre);
    };
    const auto lane = [&](std::int64_t number) HWY_ATTR {
      auto sum = hn::Set(d, Op::identity());
      for (std::int64_t row = number; row < count; row += kLanes) {
        sum = Op::merge(d, sum, term(row));
      }
      return sum;
    };
    hn::Store(joined_lanes<Op, 0, 1>(d, count, lane), d, sums + k);
  };
  std::int64_t k = 0;
  for (; k + lanes(d) <= width; k += lanes(d)) column(k, LoadAll());
  if (k < width) column(k, LoadSome{width - k});
}

/// The same of any number of rows, which stream by; row i goes to lane i of its column where the
/// order matters.
template <class Op, std::int64_t kLanes, std::int64_t kRoom>
HWY_INLINE void gather_many_rows(typename Op::Lane (&sums)[kLanes][kRoom],
                                 const std::byte* const* row_bytes, std::int64_t count,
                                 std::int64_t all, const double* centres) {
  using Unit = typename Op::Unit;
  constexpr int kRows = kRowsAtOnce<Op>;
  constexpr std::int64_t kStride = kRows * kLanes;
  const LaneTag<Op> d;
  for (std::int64_t first = 0; first < count; first += kStride) {
    for (std::int64_t lane = 0; lane < std::min(kLanes, count - first); ++lane) {
      const std::int64_t ahead = lane + 1 < kLanes ? 1 : kStride - kLanes + 1;
      const Unit* rows[kRows] = {};
      const Unit* next[kRows] = {};
      int taken = 0;
      for (std::int64_t i = first + lane; i < std::min(first + kStride, count); i += kLanes) {
        rows[taken] = reinterpret_cast<const Unit*>(row_bytes[i]);
        next[taken++] = reinterpret_cast<const Unit*>(row_bytes[std::min(i + ahead, count - 1)]);
      }
      if (taken == kRows) {
        gather_rows<Op, kRows>(sums[lane], rows, next, all, first == 0, centres);
      } else {
        for (int row = 0; row < taken; ++row) {
          const bool fresh = first == 0 && row == 0;
          gather_rows<Op, 1>(sums[lane], rows + row, next + row, all, fresh, centres);
        }
      }
    }
  }
  for (std::int64_t half = kLanes / 2; half > 0; half /= 2) {
    for (std::int64_t lane = 0; lane < std::min(half, count - half); ++lane) {
      for (std::int64_t k = 0; k < all; k += lanes(d)) {
        const auto sum =
            Op::merge(d, hn::Load(d, sums[lane] + k), hn::Load(d, sums[lane + half] + k));
        hn::Store(sum, d, sums[lane] + k);
      }
    }
  }
}

template <class Op>
void gather_columns(std::byte* accumulators, const std::byte* const* row_bytes, std::int64_t count,
                    std::int64_t width, const Piece& piece) {
  using Lane = typename Op::Lane;
  constexpr std::int64_t kLanes = Op::kOrdered ? dispatch::kReductionLanes : 1;
  constexpr std::int64_t kRoom = kColumnBytes / sizeof(Lane);
  const auto* const centres = reinterpret_cast<const double*>(piece.centres);
  const std::int64_t all = width * Op::kParts;
  alignas(kMaxVectorBytes) Lane sums[kLanes][kRoom];
  if (count <= kFewRows) {
    gather_few_rows<Op>(sums[0], row_bytes, count, all, centres);
  } else {
    gather_many_rows<Op>(sums, row_bytes, count, all, centres);
  }
  auto* const to = reinterpret_cast<typename Op::Acc*>(accumulators);
  for (std::int64_t k = 0; k < width; ++k) to[k] = Op::widen(sums[0] + k * Op::kParts);
}

template <class Op>
void join(std::byte* earlier, const std::byte* later, std::int64_t count) {
  auto* const a = reinterpret_cast<typename Op::Acc*>(earlier);
  const auto* const b = reinterpret_cast<const typename Op::Acc*>(later);
  for (std::int64_t i = 0; i < count; ++i) a[i] = Op::combine(a[i], b[i]);
}

template <class Op>
void finish(std::byte* results, const std::byte* accumulators, std::int64_t count,
            const Whole& whole) {
  auto* const to = reinterpret_cast<typename Op::Result*>(results);
  const auto* const from = reinterpret_cast<const typename Op::Acc*>(accumulators);
  for (std::int64_t i = 0; i < count; ++i) to[i] = Op::finish(from[i], whole);
}

/// The reducer of Op for elements of type T.
template <class Op, class T>
constexpr Reducer reducer() {
  static_assert(sizeof(typename Op::Unit) * Op::kParts == sizeof(T));
  static_assert(sizeof(typename Op::Acc) <= dispatch::kLargestAccumulator);
  Reducer r;
  r.element = sizeof(T);
  r.accumulator = sizeof(typename Op::Acc);
  r.result = sizeof(typename Op::Result);
  r.width = kColumnBytes / (sizeof(typename Op::Lane) * Op::kParts);
  r.line = gather_line<Op>;
  r.columns = gather_columns<Op>;
  r.join = join<Op>;
  r.finish = finish<Op>;
  if constexpr (requires(typename Op::Acc acc) { Op::settled(acc); }) {
    r.settled = [](const std::byte* accumulator) {
      typename Op::Acc acc;
      std::memcpy(&acc, accumulator, sizeof(acc));
      return Op::settled(acc);
    };
  }
  return r;
}

/// `reducers` with Op<T>'s for each of the types.
template <template <class> class Op, class... T>
constexpr Reducers reducers(Types<T...>, Reducers reducers = {}) {
  ((reducers[static_cast<std::size_t>(dtype_of<T>())] = reducer<Op<T>, T>()), ...);
  return reducers;
}

}  // namespace loom::native::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // the guard that toggles
