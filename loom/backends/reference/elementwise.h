#pragma once

#include <fmt/format.h>

#include <tuple>
#include <utility>

#include "loom/backends/reference/concepts.h"
#include "loom/dispatch/backend.h"
#include "loom/dispatch/loops.h"
#include "loom/support/scalar_functions.h"

// From a function of elements to a kernel. The function is a captureless lambda (or a set of them)
// whose parameters are constrained to the kinds of element that the operation defines; the kernel
// has exactly those dtypes.
namespace loom::reference {

/// Elements that keep a thread busy for some ten microseconds, where one costs about an addition,
/// and where one costs a transcendental function.
inline constexpr std::int64_t kCheapGrain = std::int64_t{1} << 15;
inline constexpr std::int64_t kCostlyGrain = std::int64_t{1} << 11;

using scalar::Overloaded;

/// View 0 of the run = f(view 1, view 2, ...).
template <class F, class... In, std::size_t... K>
void map_run(const dispatch::Run& run, std::index_sequence<K...>) {
  using Out = std::invoke_result_t<F, In...>;
  const F f{};
  Out* const out = run.as<Out>(0);
  const std::tuple<const In*...> in{run.as<const In>(K + 1)...};
  // The same loop twice, because the compiler can vectorise the first.
  if (run.step[0] == 1 && ((run.step[K + 1] == 1) && ...)) {
    for (std::int64_t i = 0; i < run.count; ++i) out[i] = f(std::get<K>(in)[i]...);
  } else {
    for (std::int64_t i = 0; i < run.count; ++i) {
      out[i * run.step[0]] = f(std::get<K>(in)[i * run.step[K + 1]]...);
    }
  }
}

/// out = f(in...), element by element over views of one shape. Throws DTypeError where the result
/// of `F` is not what `out` holds, which is a disagreement of kernel and op row.
template <class F, class... In>
void map_views(const View& out, std::int64_t grain, const auto&... in) {
  using Out = std::invoke_result_t<F, In...>;
  if (out.dtype != dtype_of<Out>()) {
    throw DTypeError(fmt::format("the reference kernel gives {}, the operation wants {}",
                                 name(dtype_of<Out>()), name(out.dtype)));
  }
  constexpr auto kInputs = std::index_sequence_for<In...>{};
  dispatch::Run whole;
  if (dispatch::single_run({&out, &in...}, grain, whole)) return map_run<F, In...>(whole, kInputs);
  const View views[] = {out, in...};
  dispatch::for_each_run(views, grain,
                         [=](const dispatch::Run& run) { map_run<F, In...>(run, kInputs); });
}

/// The dtypes for whose C++ type `test` says yes.
DTypeSet dtypes_where(auto test) {
  DTypeSet dtypes;
  for (int i = 0; i < kDTypeCount; ++i) {
    const auto dtype = static_cast<DType>(i);
    if (visit_dtype(dtype, test)) dtypes = dtypes | DTypeSet{dtype};
  }
  return dtypes;
}

/// The kernel of f(x), which does not throw.
template <std::int64_t kGrain = kCheapGrain, class F>
dispatch::Kernel unary(F) {
  dispatch::Kernel kernel;
  kernel.dtypes =
      dtypes_where([]<class T>(std::type_identity<T>) { return std::is_invocable_v<F, T>; });
  kernel.divisible = kernel.dtypes;
  kernel.run = [](const dispatch::KernelCall& call) {
    visit_dtype(call.dtype(0), [&]<class T>(std::type_identity<T>) {
      if constexpr (std::is_invocable_v<F, T>) {
        map_views<F, T>(call.outputs[0], kGrain, call.inputs[0]);
      }
    });
  };
  return kernel;
}

/// The kernel of f(x, y), both of one dtype, which does not throw.
template <std::int64_t kGrain = kCheapGrain, class F>
dispatch::Kernel binary(F) {
  dispatch::Kernel kernel;
  kernel.dtypes =
      dtypes_where([]<class T>(std::type_identity<T>) { return std::is_invocable_v<F, T, T>; });
  kernel.divisible = kernel.dtypes;
  kernel.run = [](const dispatch::KernelCall& call) {
    visit_dtype(call.dtype(0), [&]<class T>(std::type_identity<T>) {
      if constexpr (std::is_invocable_v<F, T, T>) {
        map_views<F, T, T>(call.outputs[0], kGrain, call.inputs[0], call.inputs[1]);
      }
    });
  };
  return kernel;
}

// The rows of the elementwise family by meaning; one file each.
void install_arithmetic(dispatch::KernelInstaller add);
void install_comparison(dispatch::KernelInstaller add);
void install_transcendental(dispatch::KernelInstaller add);

}  // namespace loom::reference
