#include <algorithm>
#include <cmath>
#include <limits>

#include "loom/backends/reference/reduction.h"

namespace loom::reference {
namespace {

using schema::op;
using std::type_identity;

/// The smallest element, or the largest; NaN where one is. Of zeros, the smallest is one that has a
/// minus, so that the order in which elements are compared does not matter.
template <class T, bool kLargest>
struct Extreme {
  using Element = T;
  using Acc = T;
  using Result = T;
  /// What loses to every other element.
  static T identity() {
    using Limits = std::numeric_limits<T>;
    if constexpr (Limits::has_infinity) {
      return kLargest ? -Limits::infinity() : Limits::infinity();
    } else {
      return kLargest ? Limits::lowest() : Limits::max();
    }
  }
  static bool first_wins(T a, T b) { return (kLargest ? a >= b : a <= b) | (a != a); }
  static T combine(T a, T b) {
    if constexpr (std::is_floating_point_v<T>) {
      if (a == b) return std::signbit(a) == kLargest ? b : a;
    }
    return first_wins(a, b) ? a : b;
  }
  static T of_nothing() { return identity(); }
  T block(const T* elements, std::int64_t count, std::int64_t, std::int64_t) const {
    return combine_lanes<Extreme>(elements, count, [](T x) { return x; });
  }
  T finish(T result, std::int64_t) const { return result; }
};

template <class T>
using Min = Extreme<T, false>;
template <class T>
using Max = Extreme<T, true>;

template <class T>
struct Place {
  T value;
  std::int64_t number;
};

/// Where the first element is that `Choice` would choose.
template <class Choice>
struct PlaceOf {
  using Element = typename Choice::Element;
  using Acc = Place<Element>;
  using Result = std::int64_t;
  static Acc combine(Acc a, Acc b) { return Choice::first_wins(a.value, b.value) ? a : b; }
  static Acc of_nothing() { return {Choice::identity(), 0}; }
  Acc block(const Element* elements, std::int64_t count, std::int64_t first, std::int64_t) const {
    const Element best = Choice().block(elements, count, 0, 0);
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
