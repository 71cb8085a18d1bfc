// What vectors gain nothing for, or what there are none for on some instruction set: loops over the
// scalar functions, and copies and constants where an operation is no more.
#include <cstring>
#include <type_traits>

#include "loom/backends/native/loop_table.h"
#include "loom/support/scalar_functions.h"

namespace loom::native {
namespace {

using schema::op;

/// A function of one number or two, on all types that it takes.
template <class F>
struct Elementwise {
  template <class T>
  static void run(std::byte* out, const std::byte* const* in, std::int64_t count) {
    constexpr F f{};
    const auto* const a = reinterpret_cast<const T*>(in[0]);
    if constexpr (std::is_invocable_v<F, T>) {
      auto* const to = reinterpret_cast<std::invoke_result_t<F, T>*>(out);
      for (std::int64_t i = 0; i < count; ++i) to[i] = f(a[i]);
    } else {
      auto* const to = reinterpret_cast<std::invoke_result_t<F, T, T>*>(out);
      const auto* const b = reinterpret_cast<const T*>(in[1]);
      for (std::int64_t i = 0; i < count; ++i) to[i] = f(a[i], b[i]);
    }
  }
};

template <class F, class... T>
constexpr Loops taken(Types<T...>, Loops loops = {}) {
  const auto enter = [&]<class Each>(std::type_identity<Each>) {
    if constexpr (std::is_invocable_v<F, Each> || std::is_invocable_v<F, Each, Each>) {
      loops[dtype_of<Each>()] = Elementwise<F>::template run<Each>;
    }
  };
  (enter(std::type_identity<T>()), ...);
  return loops;
}

template <class F>
constexpr Operation function(schema::OpId id, F, Cost cost = Cost::function) {
  const Loops integers = taken<F>(Signed(), taken<F>(Unsigned()));
  return {id, cost, taken<F>(Complexes(), taken<F>(Reals(), integers))};
}

/// The operand as it is.
struct Same {
  template <class T>
  static void run(std::byte* out, const std::byte* const* in, std::int64_t count) {
    if (out != in[0]) std::memcpy(out, in[0], static_cast<std::size_t>(count) * sizeof(T));
  }
};

struct Zero {
  template <class T>
  static void run(std::byte* out, const std::byte* const*, std::int64_t count) {
    std::memset(out, 0, static_cast<std::size_t>(count) * sizeof(T));
  }
};

/// One answer for all elements.
template <bool kAnswer>
struct Always {
  template <class T>
  static void run(std::byte* out, const std::byte* const*, std::int64_t count) {
    std::memset(out, kAnswer, static_cast<std::size_t>(count));
  }
};

}  // namespace

std::span<const Operation> scalar_operations() {
  static constexpr Operation kOperations[] = {
      {op("positive"), Cost::instruction, with<Same>(Complexes(), with_ordered<Same>())},
      {op("abs"), Cost::instruction, with<Same>(Unsigned())},
      {op("conj"), Cost::instruction, with_ordered<Same>()},
      {op("real"), Cost::instruction, with_ordered<Same>()},
      {op("imag"), Cost::instruction, with_ordered<Zero>()},
      {op("floor"), Cost::instruction, with_integers<Same>()},
      {op("ceil"), Cost::instruction, with_integers<Same>()},
      {op("trunc"), Cost::instruction, with_integers<Same>()},
      {op("round"), Cost::instruction, with_integers<Same>()},
      {op("isnan"), Cost::instruction, with_integers<Always<false>>()},
      {op("isinf"), Cost::instruction, with_integers<Always<false>>()},
      {op("isfinite"), Cost::instruction, with_integers<Always<true>>()},
      function(op("floor_divide"), scalar::floor_divide, Cost::cheap),
      function(op("remainder"), scalar::remainder, Cost::cheap),
      function(op("power"), scalar::power),
      function(op("hypot"), scalar::hypot),
      function(op("exp"), scalar::exp),
      function(op("expm1"), scalar::expm1),
      function(op("log"), scalar::log),
      function(op("log1p"), scalar::log1p),
      function(op("log2"), scalar::log2),
      function(op("log10"), scalar::log10),
      function(op("sin"), scalar::sin),
      function(op("cos"), scalar::cos),
      function(op("tan"), scalar::tan),
      function(op("asin"), scalar::asin),
      function(op("acos"), scalar::acos),
      function(op("atan"), scalar::atan),
      function(op("sinh"), scalar::sinh),
      function(op("cosh"), scalar::cosh),
      function(op("tanh"), scalar::tanh),
      function(op("asinh"), scalar::asinh),
      function(op("acosh"), scalar::acosh),
      function(op("atanh"), scalar::atanh),
  };
  return kOperations;
}

}  // namespace loom::native
