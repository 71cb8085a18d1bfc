#include "loom/schema/op_table.h"

#include <fmt/format.h>

#include <atomic>
#include <mutex>

#include "loom/support/error.h"

namespace loom::schema {
namespace {

// Added rows live in a fixed array so that a reader needs no lock: a row is complete before the
// count that publishes it is raised.
struct DomainRows {
  std::array<OpRow, kMaxDomainRows> rows;
  std::atomic<std::size_t> count{0};
  std::mutex adding;
};

DomainRows& domain_rows() {
  static DomainRows rows;
  return rows;
}

}  // namespace

const OpRow& added_row(OpId id) { return domain_rows().rows[index(id) - kBuiltinRows.size()]; }

std::size_t row_count() {
  return kBuiltinRows.size() + domain_rows().count.load(std::memory_order_acquire);
}

std::optional<OpId> find_op(std::string_view name_or_alias) {
  for (std::size_t i = 0; i < row_count(); ++i) {
    const OpRow& candidate = row(static_cast<OpId>(i));
    if (candidate.name == name_or_alias ||
        (!candidate.alias.empty() && candidate.alias == name_or_alias)) {
      return static_cast<OpId>(i);
    }
  }
  return std::nullopt;
}

OpId add_row(const OpRow& added) {
  DomainRows& domain = domain_rows();
  std::lock_guard lock(domain.adding);
  for (const std::string_view name : {added.name, added.alias}) {
    if (!name.empty() && find_op(name)) {
      throw ValueError(fmt::format("[add_row] an operation named '{}' exists", name));
    }
  }
  const std::size_t count = domain.count.load(std::memory_order_relaxed);
  if (count == kMaxDomainRows) {
    throw ValueError(
        fmt::format("[add_row] no room for '{}': {} rows were added", added.name, count));
  }
  domain.rows[count] = added;
  domain.count.store(count + 1, std::memory_order_release);
  return static_cast<OpId>(kBuiltinRows.size() + count);
}

}  // namespace loom::schema
