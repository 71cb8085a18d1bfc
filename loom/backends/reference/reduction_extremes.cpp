#include <algorithm>
#include <limits>

#include "loom/backends/reference/reduction.h"

namespace loom::reference {
namespace {

using schema::op;
using std::type_identity;

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

}  // namespace

void install_extremes(dispatch::KernelInstaller add) {
  add(op("min"), reduction_kernel([]<Ordered T>(type_identity<T>) { return Min<T>(); }));
  add(op("max"), reduction_kernel([]<Ordered T>(type_identity<T>) { return Max<T>(); }));
  add(op("argmin"),
      reduction_kernel([]<Sortable T>(type_identity<T>) { return PlaceOf<Min<T>>(); }));
  add(op("argmax"),
      reduction_kernel([]<Sortable T>(type_identity<T>) { return PlaceOf<Max<T>>(); }));
}

}  // namespace loom::reference
