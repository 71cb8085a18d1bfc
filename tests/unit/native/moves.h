#pragma once

#include <gtest/gtest.h>

#include <set>
#include <string_view>
#include <vector>

#include "kernels.h"
#include "loom/backends/native/moves.h"
#include "loom/dispatch/trace.h"
#include "loom/support/threads.h"

// What tests of moves share: results of the native backend beside those of the reference.
namespace loom::test {

/// Elements of every size.
inline constexpr DType kSizes[] = {DType::uint8, DType::int16, DType::float32, DType::float64,
                                   DType::complex128};
/// Everything that has an order.
inline constexpr DType kOrdered[] = {DType::boolean, DType::int8,    DType::int16,  DType::int32,
                                     DType::int64,   DType::uint8,   DType::uint16, DType::uint32,
                                     DType::uint64,  DType::float32, DType::float64};

template <class F>
Array by(const char* backend, F f) {
  const BackendScope scope(backend);
  return f();
}

/// Whether a row is among those that the kernels of moves are for.
inline bool is_move(std::string_view row) {
  static const std::set<std::string_view> moves = [] {
    std::set<std::string_view> rows;
    native::install_moves(
        native::usable_isas().front(),
        [&](schema::OpId op, const dispatch::Kernel&) { rows.insert(schema::row(op).name); });
    return rows;
  }();
  return moves.contains(row);
}

/// Whether native computes the moves in `f()` itself, to the bits of the reference.
template <class F>
testing::AssertionResult same_as_reference(F f) {
  const Array expected = by("reference", f);
  const Trace trace;
  const Array result = by("native", f);
  for (const TraceEvent& event : trace.events()) {
    if (is_move(event.op) && event.backend != "native") {
      return testing::AssertionFailure() << event.op << " went to " << event.backend << ": "
                                         << event.passed_over.front().reason;
    }
  }
  if (!same_elements(result, expected)) return testing::AssertionFailure() << "other elements";
  return testing::AssertionSuccess();
}

/// Whether 1 to 4 threads give the same bits.
template <class F>
testing::AssertionResult same_for_any_threads(F f) {
  set_num_threads(1);
  const Array expected = by("native", f);
  int threads = 2;
  while (threads <= 4) {
    set_num_threads(threads);
    if (!same_elements(by("native", f), expected)) break;
    ++threads;
  }
  set_num_threads(0);
  if (threads <= 4) return testing::AssertionFailure() << threads << " threads";
  return testing::AssertionSuccess();
}

}  // namespace loom::test
