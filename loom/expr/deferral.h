#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "loom/array/array.h"
#include "loom/dispatch/execute.h"

// Elementwise operations on long arrays are recorded and computed together when somebody reads a
// result: one pass over memory instead of one for each operation.
namespace loom {

/// The fewest elements of a result that is deferred, nothing where none is:
/// `set_deferral_threshold`, else LOOM_DEFER (a number, or "off"), else 32768. Throws ValueError
/// where LOOM_DEFER is neither.
std::optional<std::int64_t> deferral_threshold();

/// Sets it for the process; nothing ends deferral, and what is pending stays so. Throws ValueError
/// for a negative number.
void set_deferral_threshold(std::optional<std::int64_t> elements);

/// Computes everything that is pending.
void settle_all();

/// Whether the elements of `array` have yet to be computed.
inline bool is_pending(const Array& array) { return array.buffer()->pending() != nullptr; }

/// The names of the operations that the value of `array` waits for, its own last; none where it is
/// there.
std::vector<std::string> pending_operations(const Array& array);

namespace expr {

/// The threshold in force; the largest number where nothing is deferred, a negative one while
/// nobody has asked for it.
extern std::atomic<std::int64_t> threshold_in_force;
/// Looks it up.
std::int64_t initial_threshold();
inline std::int64_t threshold() {
  const std::int64_t known = threshold_in_force.load(std::memory_order_relaxed);
  return known < 0 ? initial_threshold() : known;
}

/// Whether a result of so many elements may be deferred.
inline bool is_long_enough(std::int64_t elements) { return elements >= threshold(); }

/// Records a call whose one result is going to be in `target`, instead of running it. The call is
/// as `dispatch::execute` takes it, but inputs may be pending. False, and nothing recorded, where
/// the operation, the kernel that would run it or an input do not allow that.
bool defer(schema::OpId op, std::span<const View> inputs, std::span<const View> outputs,
           schema::Attributes attributes, std::span<const BufferRef* const> owners, Buffer& target);

/// Runs a call of a reduction, as `dispatch::execute` would, in one pass with what computes its one
/// input, which is pending; false, and nothing done, where that cannot be. Throws what computing
/// throws.
bool reduce(schema::OpId op, std::span<const View> inputs, std::span<const View> outputs,
            schema::Attributes attributes, std::span<const BufferRef* const> owners);

/// Whether `reduce` would, for a kernel that can take its input piece by piece.
bool is_reducible(const View& input, schema::Attributes attributes);

}  // namespace expr
}  // namespace loom
