#pragma once

#include <type_traits>

#include "loom/backends/reference/elementwise.h"
#include "loom/backends/reference/pairwise.h"

// From a reduction (pairwise.h says what that is) to a kernel.
namespace loom::reference {

/// The kernel of the reduction that `make` gives for an element type, for all types it takes.
template <class Make>
dispatch::Kernel reduction_kernel(Make) {
  dispatch::Kernel kernel;
  kernel.dtypes = dtypes_where([]<class T>(std::type_identity<T> type) {
    return std::is_invocable_v<Make, decltype(type)>;
  });
  kernel.run = [](const dispatch::KernelCall& call) {
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

// The rows of the reductions by what they gather; one file each.
void install_sums(dispatch::KernelInstaller add);
void install_extremes(dispatch::KernelInstaller add);
void install_truths(dispatch::KernelInstaller add);

}  // namespace loom::reference
