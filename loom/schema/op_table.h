#pragma once

#include <optional>
#include <vector>

#include "loom/schema/builtin_rows.h"

// The op table: every operation that Loom knows, built in or added by a module.
namespace loom::schema {

/// Position of a row in the table; stable for the life of the process.
enum class OpId : std::uint16_t {};

constexpr std::size_t index(OpId id) { return static_cast<std::size_t>(id); }

/// The id of a built-in operation, found at compile time: a name that is not in the table does not
/// compile.
consteval OpId op(std::string_view name) {
  for (std::size_t i = 0; i < kBuiltinRows.size(); ++i) {
    if (kBuiltinRows[i].name == name) return static_cast<OpId>(i);
  }
  throw "no such operation in the table";
}

/// The row of an operation that a module added.
const OpRow& added_row(OpId id);

inline const OpRow& row(OpId id) {
  return index(id) < kBuiltinRows.size() ? kBuiltinRows[index(id)] : added_row(id);
}

/// Rows in the table now; ids run from 0 to this.
std::size_t row_count();

/// The id behind a name or an alias, or nothing.
std::optional<OpId> find_op(std::string_view name_or_alias);

/// Adds a module's row and returns its id. Throws ValueError where the name is taken. Thread-safe;
/// at most kMaxDomainRows rows can be added.
OpId add_row(const OpRow& row);

inline constexpr std::size_t kMaxDomainRows = 64;
inline constexpr std::size_t kMaxRows = kBuiltinRows.size() + kMaxDomainRows;

}  // namespace loom::schema
