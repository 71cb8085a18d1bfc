// The smallest and the largest elements, and where they are.
#include "loom/backends/native/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "loom/backends/native/extremes.cpp"
#include <hwy/foreach_target.h>

#include <hwy/highway.h>

#include <limits>

#include "loom/backends/native/dispatch.h"
#include "loom/backends/native/reduction.inl"

HWY_BEFORE_NAMESPACE();
namespace loom::native::HWY_NAMESPACE {

using schema::op;

/// The largest element, or the smallest; NaN where one is. Of zeros, the smallest is one that has a
/// minus. So the order does not matter.
template <class T, bool kLargest>
struct Extreme {
  using Unit = T;
  using Lane = T;
  using Acc = T;
  using Result = T;
  static constexpr bool kReal = std::is_floating_point_v<T>, kLargestWins = kLargest;
  static constexpr std::int64_t kParts = 1;
  static constexpr std::int64_t kLanes = kMaxVectorBytes / sizeof(T);
  static constexpr std::int64_t kSteps = 128;
  static constexpr bool kOrdered = false;

  /// Whether lanes hold the smallest of the negated elements. Of a number and NaN, and of zeros, an
  /// instruction of x86 takes the second one, so that both ways together have all bits that a
  /// smallest element has, be it NaN or the zero with a minus.
  static constexpr bool kByBits = kReal && HWY_ARCH_X86, kNegated = kByBits && kLargest;

  static constexpr T of_nothing() {
    using Limits = std::numeric_limits<T>;
    if constexpr (kReal) {
      return kLargest ? -Limits::infinity() : Limits::infinity();
    } else {
      return kLargest ? Limits::lowest() : Limits::max();
    }
  }
  static constexpr T identity() { return kNegated ? -of_nothing() : of_nothing(); }
  template <class D, class Load, class Centre>
  static HWY_INLINE hn::Vec<D> term(D d, const Unit* from, Load load, Centre) {
    if constexpr (kNegated) {
      return hn::Neg(load(d, from));
    } else {
      return load(d, from);
    }
  }
  template <class D, class V>
  static HWY_INLINE V merge(D, V a, V b) {
    if constexpr (kByBits) {
      return hn::Or(hn::Min(a, b), hn::Min(b, a));
    } else {
      return better_or_nan(a, b);
    }
  }
  /// Of floating numbers, by instructions that get NaN and the signs of zeros wrong: two for each
  /// vector, so that the processor reads far ahead. Whether there was a NaN is asked of pairs,
  /// whose better one is not as good as either where one is NaN; signs are looked at where zero is
  /// best.
  static HWY_INLINE T block(const T* from, std::int64_t count) requires kReal {
    const Tag<T> d;
    const std::int64_t step = lanes(d), whole = count / (2 * step) * (2 * step);
    if (whole == 0) return gather_block<Extreme>(from, count, OneCentre{});
    auto best = hn::LoadU(d, from);
    auto orderly = hn::Eq(best, best);
    for (std::int64_t i = 0; i < whole; i += 2 * step) {
      fetch_ahead(from + i);
      fetch_ahead(from + i + step);
      const auto a = hn::LoadU(d, from + i), b = hn::LoadU(d, from + i + step);
      const auto c = better(a, b);
      best = better(best, c);
      orderly = hn::And(orderly, kLargest ? hn::Ge(c, a) : hn::Le(c, a));
      // There the better of a number and NaN is the number; on x86 it is the second of the two.
      if constexpr (HWY_ARCH_ARM) orderly = hn::And(orderly, hn::Eq(b, b));
    }
    if (!hn::AllTrue(d, orderly)) return gather_block<Extreme>(from, count, OneCentre{});
    T result = hn::GetLane(kLargest ? hn::MaxOfLanes(d, best) : hn::MinOfLanes(d, best));
    if (result == 0) result = zero_of(from, whole);
    if (whole == count) return result;
    return combine(result, gather_block<Extreme>(from + whole, count - whole, OneCentre{}));
  }
  /// Whether a stays, if it comes first.
  static bool first_wins(T a, T b) { return (kLargest ? a >= b : a <= b) | (a != a); }
  static T widen(const Lane* best) { return kNegated ? -*best : *best; }
  /// By vectors, so that nobody has to guess which: a wrong guess throws away what has been read
  /// ahead.
  static T combine(T a, T b) {
    const hn::CappedTag<T, 1> d;
    return hn::GetLane(better_or_nan(hn::Set(d, a), hn::Set(d, b)));
  }
  static T finish(T best, const Whole&) { return best; }

 private:
  template <class V>
  static HWY_INLINE V better(V a, V b) {
    return kLargest ? hn::Max(a, b) : hn::Min(a, b);
  }
  template <class V>
  static HWY_INLINE V better_or_nan(V a, V b) {
    if constexpr (!kReal) {
      return better(a, b);
    } else {
      const auto beyond = kLargest ? hn::Lt(a, b) : hn::Lt(b, a);
      const V chosen = hn::IfThenElse(hn::Or(beyond, hn::IsNaN(b)), b, a);
      return hn::IfThenElse(hn::Eq(a, b), all_or_any(a, b), chosen);
    }
  }
  /// The best zero of whole vectors of elements none of which is better.
  static T zero_of(const T* from, std::int64_t count) {
    const Tag<T> d;
    auto signs = hn::LoadU(d, from);
    for (std::int64_t i = lanes(d); i < count; i += lanes(d)) {
      signs = all_or_any(signs, hn::LoadU(d, from + i));
    }
    const auto minus = hn::Lt(hn::CopySign(hn::Set(d, T{1}), signs), hn::Zero(d));
    return (kLargest ? hn::AllTrue(d, minus) : !hn::AllFalse(d, minus)) ? T(-0.0) : T(0.0);
  }
  template <class V>
  static HWY_INLINE V all_or_any(V a, V b) {
    return kLargest ? hn::And(a, b) : hn::Or(a, b);
  }
};

template <class T>
using Largest = Extreme<T, true>;
template <class T>
using Smallest = Extreme<T, false>;

template <class T>
struct Place {
  T value;
  std::int64_t number;
};

/// The first of `count` elements that is the best of them, or NaN where that is.
template <class T>
HWY_INLINE std::int64_t find(const T* elements, std::int64_t count, T best) {
  const Tag<T> d;
  const auto wanted = hn::Set(d, best);
  std::int64_t i = 0;
  for (; i + lanes(d) <= count; i += lanes(d)) {
    const auto x = hn::LoadU(d, elements + i);
    std::int64_t found = hn::FindFirstTrue(d, hn::Eq(x, wanted));
    if constexpr (std::is_floating_point_v<T>) {
      if (best != best) found = hn::FindFirstTrue(d, hn::IsNaN(x));
    }
    if (found >= 0) return i + found;
  }
  while (elements[i] != best && (best == best || elements[i] == elements[i])) ++i;
  return i;
}

/// Where the first element is that `Best` would choose.
template <class Best>
struct PlaceOf {
  using T = typename Best::Unit;
  using Acc = Place<T>;
  using Result = std::int64_t;
  using Index = hwy::MakeSigned<T>;  ///< holds the number of a row of a block
  static constexpr std::int64_t kRoom = kColumnBytes / sizeof(T), kRows = 4;
  static_assert(dispatch::kReductionBlock - 1 <= std::numeric_limits<std::int8_t>::max());

  static Acc combine(Acc a, Acc b) { return Best::first_wins(a.value, b.value) ? a : b; }
  static Result finish(Acc place, const Whole&) { return place.number; }

  /// Blocks are looked through again only where they have something better.
  static void line(std::byte* accumulator, const std::byte* elements, std::int64_t count,
                   const Piece& piece) {
    constexpr std::int64_t kBlock = Best::kLanes * Best::kSteps;
    const auto* const from = reinterpret_cast<const T*>(elements);
    Acc place{Best::of_nothing(), 0};
    for (std::int64_t first = 0; first < count; first += kBlock) {
      const std::int64_t size = std::min(kBlock, count - first);
      const T best = block_of<Best>(from + first, size, OneCentre{});
      if (first > 0 && Best::first_wins(place.value, best)) continue;
      place = {best, piece.first + first + find(from + first, size, best)};
    }
    std::memcpy(accumulator, &place, sizeof(place));
  }

  static void columns(std::byte* accumulators, const std::byte* const* rows, std::int64_t count,
                      std::int64_t width, const Piece& piece) {
    alignas(kMaxVectorBytes) T best[kRoom];
    alignas(kMaxVectorBytes) Index number[kRoom];
    const Tag<T> d;
    for (std::int64_t first = 0; first < count; first += kRows) {
      const std::int64_t end = std::min(first + kRows, count);
      std::int64_t k = 0;
      for (; k + lanes(d) <= width; k += lanes(d)) {
        look_through(rows, first, end, k, LoadAll(), best, number);
      }
      if (k < width) look_through(rows, first, end, k, LoadSome{width - k}, best, number);
    }
    auto* const to = reinterpret_cast<Acc*>(accumulators);
    for (std::int64_t k = 0; k < width; ++k) to[k] = {best[k], piece.first + number[k]};
  }

 private:
  /// Columns from k on, as many as a vector has, of rows [first, end).
  template <class Load>
  static HWY_INLINE void look_through(const std::byte* const* rows, std::int64_t first,
                                      std::int64_t end, std::int64_t k, Load load, T* best,
                                      Index* number) {
    const Tag<T> d;
    const hn::Rebind<Index, Tag<T>> numbers;
    const auto row = [&](std::int64_t i)
                         HWY_ATTR { return load(d, reinterpret_cast<const T*>(rows[i]) + k); };
    auto value = first == 0 ? row(0) : hn::Load(d, best + k);
    auto place = first == 0 ? hn::Zero(numbers) : hn::Load(numbers, number + k);
    for (std::int64_t i = std::max<std::int64_t>(first, 1); i < end; ++i) {
      const auto x = row(i);
      const auto better = is_better(x, value);
      value = hn::IfThenElse(better, x, value);
      place = hn::IfThenElse(hn::RebindMask(numbers, better),
                             hn::Set(numbers, static_cast<Index>(i)), place);
    }
    hn::Store(value, d, best + k);
    hn::Store(place, numbers, number + k);
  }

  template <class V>
  static HWY_INLINE auto is_better(V x, V than) {
    const auto beyond = Best::kLargestWins ? hn::Lt(than, x) : hn::Lt(x, than);
    if constexpr (std::is_floating_point_v<T>) {
      return hn::Or(beyond, hn::AndNot(hn::IsNaN(than), hn::IsNaN(x)));
    } else {
      return beyond;
    }
  }
};

template <template <class> class Best, class... T>
constexpr Reducers places(Types<T...>, Reducers reducers = {}) {
  const auto enter = [&]<class E>(std::type_identity<E>) {
    using P = PlaceOf<Best<lane_t<E>>>;
    Reducer& r = reducers[static_cast<std::size_t>(dtype_of<E>())];
    r.element = sizeof(E);
    r.accumulator = sizeof(typename P::Acc);
    r.result = sizeof(typename P::Result);
    r.width = P::kRoom;
    r.numbered = true;
    r.line = P::line;
    r.columns = P::columns;
    r.join = join<P>;
    r.finish = finish<P>;
  };
  (enter(std::type_identity<T>()), ...);
  return reducers;
}

template <template <class> class Best>
constexpr Reducers best_of() {
  return reducers<Best>(Signed(), reducers<Best>(Unsigned(), reducers<Best>(Reals())));
}

template <template <class> class Best>
constexpr Reducers places_of() {
  return places<Best>(Types<bool>(),
                      places<Best>(Signed(), places<Best>(Unsigned(), places<Best>(Reals()))));
}

std::span<const Reduction> extremes() {
  static constexpr Reduction kReductions[] = {
      {op("min"), best_of<Smallest>()},
      {op("max"), best_of<Largest>()},
      {op("argmin"), places_of<Smallest>()},
      {op("argmax"), places_of<Largest>()},
  };
  return kReductions;
}

}  // namespace loom::native::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace loom::native {

HWY_EXPORT(extremes);

std::span<const Reduction> extreme_reductions(const Isa& isa) {
  return pick(HWY_DISPATCH_TABLE(extremes), isa)();
}

}  // namespace loom::native
#endif
