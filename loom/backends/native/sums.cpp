// Sums, products, means and variances.
#include "loom/backends/native/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "loom/backends/native/sums.cpp"
#include <hwy/foreach_target.h>

#include <hwy/highway.h>

#include <limits>

#include "loom/backends/native/dispatch.h"
#include "loom/backends/native/reduction.inl"

HWY_BEFORE_NAMESPACE();
namespace loom::native::HWY_NAMESPACE {

using schema::op;

/// Double precision, in which floating numbers are summed whatever their own.
template <class T>
using Wide = std::conditional_t<kIsComplex<T>, std::complex<double>, double>;

/// What means come out as.
template <class T>
using Average = std::conditional_t<std::is_floating_point_v<T> || kIsComplex<T>, T, double>;

/// What a vector of real numbers or integers is in double precision.
template <class D, class T, class Load>
HWY_INLINE hn::Vec<D> as_doubles(D d, const T* from, Load load) {
  const hn::Rebind<T, D> narrow;
  if constexpr (std::is_same_v<T, double>) {
    return load(d, from);
  } else if constexpr (sizeof(T) == 8) {
    return hn::ConvertTo(d, load(narrow, from));
  } else if constexpr (std::is_same_v<T, std::uint32_t>) {
    return hn::ConvertTo(d, hn::PromoteTo(hn::Rebind<std::uint64_t, D>(), load(narrow, from)));
  } else if constexpr (sizeof(T) == 4) {
    return hn::PromoteTo(d, load(narrow, from));
  } else {
    return hn::PromoteTo(d, hn::PromoteTo(hn::Rebind<std::int32_t, D>(), load(narrow, from)));
  }
}

/// Sums in double precision, in the order of dispatch/pairwise.h.
template <class T>
struct DoubleSum {
  using Unit = lane_t<T>;
  using Lane = double;
  using Acc = Wide<T>;
  static constexpr std::int64_t kParts = kIsComplex<T> ? 2 : 1;
  static constexpr std::int64_t kLanes = dispatch::kReductionLanes;
  static constexpr std::int64_t kSteps = dispatch::kReductionBlock / kLanes;
  static constexpr bool kOrdered = true;

  /// What changes no sum: the negative zero, because the positive one changes that.
  static constexpr Lane identity() { return -0.0; }
  template <class D, class Load, class Centre>
  static HWY_INLINE hn::Vec<D> term(D d, const Unit* from, Load load, Centre) {
    return as_doubles(d, from, load);
  }
  template <class D, class V>
  static HWY_INLINE V merge(D, V a, V b) {
    return hn::Add(a, b);
  }
  static Acc widen(const Lane* sum) {
    if constexpr (kIsComplex<T>) {
      return {sum[0], sum[1]};
    } else {
      return sum[0];
    }
  }
  static Acc combine(Acc a, Acc b) { return a + b; }
  static Acc of_nothing() { return 0; }
};

template <class T>
struct Sum : DoubleSum<T> {
  using Result = T;
  static Result finish(Wide<T> total, const Whole&) { return static_cast<Result>(total); }
};

template <class T, class R>
struct MeanAs : DoubleSum<T> {
  using Result = R;
  static Result finish(Wide<T> total, const Whole& whole) {
    return static_cast<Result>(total / static_cast<double>(whole.count));
  }
};
template <class T>
using Mean = MeanAs<T, Average<T>>;

template <class T>
struct Product : DoubleSum<T> {
  using Result = T;
  static constexpr double identity() { return 1; }
  template <class D, class V>
  static HWY_INLINE V merge(D, V a, V b) {
    return hn::Mul(a, b);
  }
  static double combine(double a, double b) { return a * b; }
  static double of_nothing() { return 1; }
  static Result finish(double product, const Whole&) { return static_cast<Result>(product); }
};

/// Sums of the squared distances from means that are known, over the number of elements less the
/// correction.
template <class T>
struct Variance : DoubleSum<lane_t<T>> {
  using Unit = std::conditional_t<kIsComplex<T>, T, lane_t<T>>;
  using Result = lane_t<Average<T>>;
  template <class D, class Load, class Centre>
  static HWY_INLINE hn::Vec<D> term(D d, const Unit* from, Load load, Centre centre) {
    if constexpr (!kIsComplex<T>) {
      const auto distance = hn::Sub(as_doubles(d, from, load), centre(d));
      return hn::Mul(distance, distance);
    } else {
      using R = lane_t<T>;
      const hn::Rebind<R, D> narrow;
      hn::Vec<hn::Rebind<R, D>> re, im;
      hn::Vec<D> mean_re, mean_im;
      load.parts(narrow, reinterpret_cast<const R*>(from), re, im);
      centre.parts(d, mean_re, mean_im);
      const auto x = hn::Sub(widened(d, re), mean_re), y = hn::Sub(widened(d, im), mean_im);
      return hn::Add(hn::Mul(x, x), hn::Mul(y, y));
    }
  }
  static Result finish(double total, const Whole& whole) {
    const double divisor = static_cast<double>(whole.count) - whole.correction;
    return divisor > 0 ? static_cast<Result>(total / divisor)
                       : std::numeric_limits<Result>::quiet_NaN();
  }

 private:
  template <class D, class V>
  static HWY_INLINE hn::Vec<D> widened(D d, V x) {
    if constexpr (sizeof(hn::TFromV<V>) == sizeof(double)) {
      return x;
    } else {
      return hn::PromoteTo(d, x);
    }
  }
};

/// Integers of twice the size; the largest stay what they are.
template <class T>
struct TwiceAsLong {
  using type = hwy::MakeWide<T>;
};
template <class T>
requires(sizeof(T) == 8) struct TwiceAsLong<T> {
  using type = T;
};

/// Integers, gathered modulo 2^64 in any order.
template <class T, class LaneType>
struct Words {
  using Unit = lane_t<T>;
  using Lane = LaneType;
  using Acc = std::uint64_t;
  using Result = std::uint64_t;
  static constexpr std::int64_t kParts = 1;
  static constexpr std::int64_t kLanes = kMaxVectorBytes / sizeof(Lane);
  static constexpr std::int64_t kSteps = dispatch::kReductionBlock;
  static constexpr bool kOrdered = false;

  static Acc widen(const Lane* gathered) { return static_cast<Acc>(*gathered); }
  static Result finish(Acc total, const Whole&) { return total; }
};

/// Their sums. A lane of a block has at most kReductionBlock elements, so that twice their size
/// holds their sum.
template <class T>
struct IntegerSum : Words<T, typename TwiceAsLong<lane_t<T>>::type> {
  using Unit = lane_t<T>;
  using Lane = typename TwiceAsLong<Unit>::type;

  static constexpr Lane identity() { return 0; }
  template <class D, class Load, class Centre>
  static HWY_INLINE hn::Vec<D> term(D d, const Unit* from, Load load, Centre) {
    if constexpr (sizeof(Unit) == sizeof(Lane)) {
      return load(d, from);
    } else {
      return hn::PromoteTo(d, load(hn::Rebind<Unit, D>(), from));
    }
  }
  template <class D, class V>
  static HWY_INLINE V merge(D, V a, V b) {
    return hn::Add(a, b);
  }
  static std::uint64_t combine(std::uint64_t a, std::uint64_t b) { return a + b; }
  static std::uint64_t of_nothing() { return 0; }
};

template <class T>
using LongWord = std::conditional_t<std::is_unsigned_v<lane_t<T>>, std::uint64_t, std::int64_t>;

/// Their products.
template <class T>
struct IntegerProduct : Words<T, LongWord<T>> {
  using Unit = lane_t<T>;

  static constexpr LongWord<T> identity() { return 1; }
  template <class D, class Load, class Centre>
  static HWY_INLINE hn::Vec<D> term(D d, const Unit* from, Load load, Centre) {
    using Half = std::conditional_t<std::is_unsigned_v<Unit>, std::uint32_t, std::int32_t>;
    if constexpr (sizeof(Unit) == 8) {
      return load(d, from);
    } else if constexpr (sizeof(Unit) == 4) {
      return hn::PromoteTo(d, load(hn::Rebind<Unit, D>(), from));
    } else {
      return hn::PromoteTo(d,
                           hn::PromoteTo(hn::Rebind<Half, D>(), load(hn::Rebind<Unit, D>(), from)));
    }
  }
  template <class D, class V>
  static HWY_INLINE V merge(D, V a, V b) {
    return hn::Mul(a, b);
  }
  static std::uint64_t combine(std::uint64_t a, std::uint64_t b) { return a * b; }
  static std::uint64_t of_nothing() { return 1; }
};

using Integers = Types<bool, std::int8_t, std::int16_t, std::int32_t, std::int64_t, std::uint8_t,
                       std::uint16_t, std::uint32_t, std::uint64_t>;

template <template <class> class Op>
constexpr Reducers averages() {
  return reducers<Op>(Integers(), reducers<Op>(Complexes(), reducers<Op>(Reals())));
}

template <class T>
using Centre = MeanAs<T, Wide<T>>;

constexpr Reducers kCentres = averages<Centre>();

constexpr Reducers variances() {
  Reducers all = averages<Variance>();
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].centre = &kCentres[i];
    all[i].width = std::min(all[i].width, kCentres[i].width);
  }
  return all;
}

std::span<const Reduction> sums() {
  static constexpr Reduction kReductions[] = {
      {op("sum"),
       reducers<IntegerSum>(Integers(), reducers<Sum>(Complexes(), reducers<Sum>(Reals())))},
      {op("prod"), reducers<IntegerProduct>(Integers(), reducers<Product>(Reals()))},
      {op("mean"), averages<Mean>()},
      {op("var"), variances()},
  };
  return kReductions;
}

}  // namespace loom::native::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace loom::native {

HWY_EXPORT(sums);

std::span<const Reduction> sum_reductions(const Isa& isa) {
  return pick(HWY_DISPATCH_TABLE(sums), isa)();
}

}  // namespace loom::native
#endif
