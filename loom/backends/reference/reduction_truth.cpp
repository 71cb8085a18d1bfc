#include "loom/backends/reference/reduction.h"

namespace loom::reference {
namespace {

using schema::op;
using std::type_identity;

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

/// Whether all elements are not zero, or any. Gathered in bytes, because threads may write
/// neighbouring ones at the same time, unlike bits.
template <class T, bool kAll>
struct Truth {
  using Element = T;
  using Acc = std::uint8_t;
  using Result = bool;
  static Acc identity() { return kAll; }
  static Acc combine(Acc a, Acc b) { return static_cast<Acc>(kAll ? a & b : a | b); }
  static Acc of_nothing() { return kAll; }
  Acc block(const T* elements, std::int64_t count, std::int64_t, std::int64_t) const {
    return combine_lanes<Truth>(elements, count, [](T x) -> Acc { return x != T(0); });
  }
  Result finish(Acc result, std::int64_t) const { return result != 0; }
};

}  // namespace

void install_truths(dispatch::KernelInstaller add) {
  add(op("count_nonzero"), reduction_kernel([]<class T>(type_identity<T>) { return Count<T>(); }));
  add(op("all"), reduction_kernel([]<class T>(type_identity<T>) { return Truth<T, true>(); }));
  add(op("any"), reduction_kernel([]<class T>(type_identity<T>) { return Truth<T, false>(); }));
}

}  // namespace loom::reference
