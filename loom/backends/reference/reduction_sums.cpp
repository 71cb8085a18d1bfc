#include <complex>
#include <limits>
#include <vector>

#include "loom/backends/reference/accumulate.h"
#include "loom/backends/reference/reduction.h"

namespace loom::reference {
namespace {

using schema::op;
using std::type_identity;

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
  using Result = real_t<Average<T>>;
  const Wide<T>* means;
  double correction;

  double block(const T* elements, std::int64_t count, std::int64_t, std::int64_t output) const {
    const Wide<T> mean = means[output];
    return combine_lanes<Variance>(elements, count, [mean](T x) {
      return scalar::squared_magnitude(static_cast<Wide<T>>(x) - mean);
    });
  }
  Result finish(double total, std::int64_t count) const {
    const double divisor = static_cast<double>(count) - correction;
    return divisor > 0 ? static_cast<Result>(total / divisor)
                       : std::numeric_limits<Result>::quiet_NaN();
  }
};

void variance(const dispatch::KernelCall& call) {
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

void install_sums(dispatch::KernelInstaller add) {
  add(op("sum"), reduction_kernel([]<class T>(type_identity<T>) { return Sum<T>(); }));
  add(op("prod"), reduction_kernel([]<class T>(type_identity<T>) { return Prod<T>(); }));
  add(op("mean"), reduction_kernel([]<class T>(type_identity<T>) { return Mean<T>(); }));
  add(op("var"), {.run = variance});
}

}  // namespace loom::reference
