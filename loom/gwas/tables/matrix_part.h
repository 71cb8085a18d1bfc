#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace loom::gwas {

/// Rows of a matrix that are wanted, or columns: all, or some in an order of their own.
class WantedLines {
 public:
  /// All of `count`.
  explicit WantedLines(std::int64_t count) : count_(count), size_(count) {}
  /// Of `count`, those at `places`, which must outlive this.
  WantedLines(std::span<const std::int64_t> places, std::int64_t count)
      : count_(count),
        size_(std::ssize(places)),
        all_(false),
        places_(places),
        numbers_(static_cast<std::size_t>(count), -1) {
    for (std::int64_t i = 0; i < size_; ++i) numbers_[static_cast<std::size_t>(place(i))] = i;
  }

  /// How many the matrix has.
  std::int64_t count() const { return count_; }
  /// How many are wanted.
  std::int64_t size() const { return size_; }
  /// Where the one stands that is wanted as number i.
  std::int64_t place(std::int64_t i) const {
    return all_ ? i : places_[static_cast<std::size_t>(i)];
  }
  /// As which number the one at `place` is wanted; -1 where it is not.
  std::int64_t number(std::int64_t place) const {
    return all_ ? place : numbers_[static_cast<std::size_t>(place)];
  }

 private:
  std::int64_t count_, size_;
  bool all_ = true;
  std::span<const std::int64_t> places_;
  std::vector<std::int64_t> numbers_;
};

/// What of the matrix in a file is wanted, and where it goes: row-major, without gaps.
struct MatrixPart {
  WantedLines rows, columns;
  std::span<double> out;

  /// Where the row at `place` of the file goes; null where it is not wanted.
  double* row(std::int64_t place) const {
    const std::int64_t number = rows.number(place);
    return number < 0 ? nullptr : out.data() + number * columns.size();
  }
};

}  // namespace loom::gwas
