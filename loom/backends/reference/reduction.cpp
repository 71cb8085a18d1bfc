#include <complex>
#include <limits>
#include <vector>

#include "loom/backends/reference/accumulate.h"
#include "loom/backends/reference/backend.h"
#include "loom/backends/reference/elementwise.h"
#include "loom/backends/reference/pairwise.h"

// The reductions themselves; pairwise.h says what they have in common.
namespace loom::reference {
namespace {

using dispatch::KernelCall;
using schema::op;

/// What means come out as.
template <class T>
using Average = std::conditional_t<Floating<T>, T, double>;

template <class T, class Sums = Accumulator<T>>
struct Sum : Addition<Sums> {
  using Element = T;
  using Acc = Sums;
  using Result = Total<T>;
  static Acc of_nothing() { return Sum::initial(); }
  Acc block(const T* elements, std::int64_t count, std::int64_t, std::int64_t) const {
    return combine_lanes<Sum>(elements, count, [](T x) { return static_cast<Acc>(x); });
  }
  Result finish(Acc total, std::int64_t) const { return static_cast<Result>(total); }
};

template <class T>
struct Prod : Multiplication<Accumulator<T>> {
  using Element = T;
  using Acc = Accumulator<T>;
  using Result = Total<T>;
  static Acc of_nothing() { return Prod::initial(); }
  Acc block(const T* elements, std::int64_t count, std::int64_t, std::int64_t) const {
    return combine_lanes<Prod>(elements, count, [](T x) { return static_cast<Acc>(x); });
  }
  Result finish(Acc total, std::int64_t) const { return static_cast<Result>(total); }
};

/// The mean, as the kernel's result or in double precision as a step on the way.
template <class T, class R = Average<T>>
struct Mean : Sum<T, Wide<T>> {
  using Result = R;
  Result finish(Wide<T> total, std::int64_t count) const {
    return static_cast<Result>(total / static_cast<double>(count));
  }
};

/// Mean of the squared distances from means that are known.
template <class T>
struct Variance : Sum<T, double> {
  using Result = dense::real_t<Average<T>>;
  const Wide<T>* means;
  double correction;

  double block(const T* elements, std::int64_t count, std::int64_t, std::int64_t output) const {
    const Wide<T> mean = means[output];
    return combine_lanes<Variance>(elements, count, [mean](T x) {
      return dense::squared_magnitude(static_cast<Wide<T>>(x) - mean);
    });
  }
  Result finish(double total, std::int64_t count) const {
    const double divisor = static_cast<double>(count) - correction;
    return divisor > 0 ? static_cast<Result>(total / divisor)
                       : std::numeric_limits<Result>::quiet_NaN();
  }
};

template <class T>
struct Min {
  using Element = T;
  using Acc = T;
  using Result = T;
  static T identity() {
    using Limits = std::numeric_limits<T>;
    return Limits::has_infinity ? Limits::infinity() : Limits::max();
  }
  static bool first_wins(T a, T b) { return (a <= b) | (a != a); }
  static T combine(T a, T b) { return first_wins(a, b) ? a : b; }
  static T of_nothing() { return identity(); }
  T block(const T* elements, std::int64_t count, std::int64_t, std::int64_t) const {
    return combine_lanes<Min>(elements, count, [](T x) { return x; });
  }
  T finish(T result, std::int64_t) const { return result; }
};

template <class T>
struct Max {
  using Element = T;
  using Acc = T;
  using Result = T;
  static T identity() {
    using Limits = std::numeric_limits<T>;
    return Limits::has_infinity ? -Limits::infinity() : Limits::lowest();
  }
  static bool first_wins(T a, T b) { return (a >= b) | (a != a); }
  static T combine(T a, T b) { return first_wins(a, b) ? a : b; }
  static T of_nothing() { return identity(); }
  T block(const T* elements, std::int64_t count, std::int64_t, std::int64_t) const {
    return combine_lanes<Max>(elements, count, [](T x) { return x; });
  }
  T finish(T result, std::int64_t) const { return result; }
};

template <class T>
struct Place {
  T value;
  std::int64_t number;
};

/// Where the first element is that `Extreme` would choose.
template <class Extreme>
struct PlaceOf {
  using Element = typename Extreme::Element;
  using Acc = Place<Element>;
  using Result = std::int64_t;
  static Acc combine(Acc a, Acc b) { return Extreme::first_wins(a.value, b.value) ? a : b; }
  static Acc of_nothing() { return {Extreme::identity(), 0}; }
  Acc block(const Element* elements, std::int64_t count, std::int64_t first, std::int64_t) const {
    const Element best = Extreme().block(elements, count, 0, 0);
    const Element* const found = std::find_if(elements, elements + count, [best](Element x) {
      return (x == best) | ((x != x) & (best != best));
    });
    return {best, first + (found - elements)};
  }
  Result finish(Acc place, std::int64_t) const { return place.number; }
};

template <class T>
struct Count {
  using Element = T;
  using Acc = std::int64_t;
  using Result = std::int64_t;
  static Acc identity() { return 0; }
  static Acc combine(Acc a, Acc b) { return a + b; }
  static Acc of_nothing() { return 0; }
  Acc block(const T* elements, std::int64_t count, std::int64_t, std::int64_t) const {
    return combine_lanes<Count>(elements, count, [](T x) -> Acc { return x != T(0); });
  }
  Result finish(Acc total, std::int64_t) const { return total; }
};

/// Whether all elements are not zero, or any.
template <class T, bool kAll>
struct Truth {
  using Element = T;
  using Acc = bool;
  using Result = bool;
  static Acc identity() { return kAll; }
  static Acc combine(Acc a, Acc b) { return kAll ? a & b : a | b; }
  static Acc of_nothing() { return kAll; }
  Acc block(const T* elements, std::int64_t count, std::int64_t, std::int64_t) const {
    return combine_lanes<Truth>(elements, count, [](T x) { return x != T(0); });
  }
  Result finish(Acc result, std::int64_t) const { return result; }
};

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
        reduce(Op(), call.inputs[0], call.attribute<Dims>(0),
               call.outputs[0].as<typename Op::Result>());
      }
    });
  };
  return kernel;
}

void variance(const KernelCall& call) {
  visit_dtype(call.dtype(0), [&]<class T>(std::type_identity<T>) {
    std::vector<Wide<T>> means(call.outputs[0].size());
    reduce(Mean<T, Wide<T>>(), call.inputs[0], call.attribute<Dims>(0), means.data());
    Variance<T> op;
    op.means = means.data();
    op.correction = call.attribute<double>(2);
    reduce(op, call.inputs[0], call.attribute<Dims>(0),
           call.outputs[0].as<typename Variance<T>::Result>());
  });
}

}  // namespace

void install_reductions(dispatch::KernelInstaller add) {
  using std::type_identity;
  add(op("sum"), reduction_kernel([]<class T>(type_identity<T>) { return Sum<T>(); }));
  add(op("prod"), reduction_kernel([]<class T>(type_identity<T>) { return Prod<T>(); }));
  add(op("mean"), reduction_kernel([]<class T>(type_identity<T>) { return Mean<T>(); }));
  add(op("var"), {.run = variance});
  add(op("min"), reduction_kernel([]<Ordered T>(type_identity<T>) { return Min<T>(); }));
  add(op("max"), reduction_kernel([]<Ordered T>(type_identity<T>) { return Max<T>(); }));
  add(op("argmin"),
      reduction_kernel([]<Sortable T>(type_identity<T>) { return PlaceOf<Min<T>>(); }));
  add(op("argmax"),
      reduction_kernel([]<Sortable T>(type_identity<T>) { return PlaceOf<Max<T>>(); }));
  add(op("count_nonzero"), reduction_kernel([]<class T>(type_identity<T>) { return Count<T>(); }));
  add(op("all"), reduction_kernel([]<class T>(type_identity<T>) { return Truth<T, true>(); }));
  add(op("any"), reduction_kernel([]<class T>(type_identity<T>) { return Truth<T, false>(); }));
}

}  // namespace loom::reference
