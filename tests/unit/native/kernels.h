#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstring>
#include <map>

#include "arrays.h"
#include "call_one.h"
#include "loom/backends/native/elementwise.h"
#include "loom/dispatch/selection.h"

// The kernels of every instruction set that this machine can run, whichever is active, beside the
// reference.
namespace loom::test {

/// All elementwise kernels of one instruction set.
inline std::map<schema::OpId, dispatch::Kernel> kernels_on(const native::Isa& isa) {
  std::map<schema::OpId, dispatch::Kernel> kernels;
  native::install_elementwise(
      isa, [&](schema::OpId op, const dispatch::Kernel& kernel) { kernels[op] = kernel; });
  return kernels;
}

/// Numbers that kernels get wrong where they get any wrong, among random ones.
template <class T>
T telling_number(Random& random) {
  using Limits = std::numeric_limits<T>;
  if constexpr (std::is_same_v<T, bool>) {
    return random.number<bool>(0, 1);
  } else if constexpr (std::is_integral_v<T>) {
    const T special[] = {0, 1, static_cast<T>(-1), Limits::min(), Limits::max(), 7, 8, 31, 63};
    const std::int64_t which = random.number<std::int64_t>(0, 15);
    return which < 9 ? special[which] : static_cast<T>(random.number<std::int64_t>(-1e18, 1e18));
  } else if constexpr (std::is_floating_point_v<T>) {
    const T special[] = {0,
                         T(-0.0),
                         1,
                         -1,
                         0.5,
                         -0.5,
                         1.5,
                         2.5,
                         Limits::infinity(),
                         -Limits::infinity(),
                         Limits::quiet_NaN(),
                         Limits::denorm_min(),
                         -Limits::max(),
                         T(0x1p31),
                         T(-0x1p63),
                         T(0x1p64)};
    const std::int64_t which = random.number<std::int64_t>(0, 31);
    return which < 16 ? special[which] : random.number<T>(-300, 300);
  } else {
    const auto re = telling_number<typename T::value_type>(random);
    return {re, telling_number<typename T::value_type>(random)};
  }
}

inline Array telling_numbers(Random& random, const Dims& shape, DType dtype) {
  const Array result = Array::empty(shape, dtype);
  visit_dtype(dtype, [&]<class T>(std::type_identity<T>) {
    for (T& element : result.span<T>()) element = telling_number<T>(random);
  });
  return result;
}

/// Inputs of `op` whose last one has `dtype`; no negative powers of integers.
inline std::vector<Array> inputs_of(Random& random, schema::OpId op, const Dims& shape,
                                    DType dtype) {
  std::vector<Array> inputs;
  for (int k = 0; k < schema::row(op).inputs; ++k) {
    const bool condition = op == schema::op("where") && k == 0;
    const bool exponent = op == schema::op("power") && k == 1 && is_integer(dtype);
    inputs.push_back(exponent ? random.array(shape, dtype, 0, 70)
                              : telling_numbers(random, shape, condition ? DType::boolean : dtype));
  }
  return inputs;
}

inline Array by_reference(schema::OpId op, const std::vector<Array>& in,
                          schema::Attributes attributes) {
  const BackendScope scope("reference");
  return call_one(op, in, attributes);
}

/// False where the kernel refuses the call.
inline bool run(const dispatch::Kernel& kernel, schema::OpId op, const std::vector<View>& inputs,
                const View& output, schema::Attributes attributes) {
  dispatch::KernelCall call{{schema::row(op), inputs, attributes}, {&output, 1}};
  call.context = kernel.context;
  if (kernel.refuse != nullptr && kernel.refuse(call)) return false;
  kernel.run(call);
  return true;
}

/// Whether the `count` elements have the same bits, any NaN being like any other (which of two NaN
/// comes out of a sum depends on the order in which a compiler writes its operands).
inline bool same_elements(DType dtype, const std::byte* a, const std::byte* b, std::int64_t count) {
  return visit_dtype(dtype, [&]<class T>(std::type_identity<T>) {
    if constexpr (std::is_integral_v<T>) {
      return std::memcmp(a, b, static_cast<std::size_t>(count) * sizeof(T)) == 0;
    } else {
      const bool pairs = is_complex(dtype);
      const auto same = [&]<class R>(std::type_identity<R>) {
        const auto* const x = reinterpret_cast<const R*>(a);
        const auto* const y = reinterpret_cast<const R*>(b);
        for (std::int64_t i = 0; i < count * (pairs ? 2 : 1); ++i) {
          const bool both_nan = x[i] != x[i] && y[i] != y[i];
          if (!both_nan && std::memcmp(x + i, y + i, sizeof(R)) != 0) return false;
        }
        return true;
      };
      return real_of(dtype) == DType::float32 ? same(std::type_identity<float>())
                                              : same(std::type_identity<double>());
    }
  });
}

inline bool same_elements(const Array& a, const Array& b) {
  if (a.dtype() != b.dtype() || a.shape() != b.shape()) return false;
  const BackendScope scope("reference");
  const Array x = contiguous(a), y = contiguous(b);
  return same_elements(a.dtype(), x.view().data, y.view().data, x.size());
}

/// Whether a kernel has the bits of the reference: where the row asks for it, and where IEEE 754
/// defines the result.
inline bool is_exact(schema::OpId op, DType dtype) {
  if (schema::row(op).budget.measure == schema::Measure::exact || is_integer(dtype)) return true;
  if (is_complex(dtype)) return false;
  const schema::OpId defined[] = {schema::op("divide"), schema::op("reciprocal"),
                                  schema::op("sqrt"), schema::op("abs"), schema::op("sign")};
  return std::ranges::count(defined, op) > 0;
}

/// Calls f(op, kernel, dtype, attributes) for everything that a machine's kernels compute;
/// astype once for each dtype of the result.
template <class F>
void for_each_kernel(F f) {
  for (const native::Isa& isa : native::usable_isas()) {
    for (const auto& [op, kernel] : kernels_on(isa)) {
      for (int i = 0; i < kDTypeCount; ++i) {
        const auto dtype = static_cast<DType>(i);
        if (!kernel.dtypes.contains(dtype)) continue;
        const bool converts = op == schema::op("astype");
        for (int to = 0; to < (converts ? kDTypeCount : 1); ++to) {
          const schema::Attribute result = static_cast<DType>(to);
          const schema::Attributes attributes(&result, converts ? 1 : 0);
          SCOPED_TRACE(fmt::format("{} {} of {}{}", isa.name, schema::row(op).name, name(dtype),
                                   converts ? fmt::format(" to {}", name(DType(to))) : ""));
          f(op, kernel, dtype, attributes);
          if (testing::Test::HasFailure()) return;  // one is enough to look at
        }
      }
    }
  }
}

}  // namespace loom::test
