#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>

namespace loom {

/// The most dimensions an array can have.
inline constexpr int kMaxRank = 32;

/// A short list of 64-bit integers, one per dimension: a shape, strides (counted in elements) or
/// axes. Lives on the stack; copying costs as much as the entries in use.
class Dims {
 public:
  Dims() { std::fill_n(values_, kShort, 0); }
  Dims(std::initializer_list<std::int64_t> values) : Dims(values.begin(), values.size()) {}
  explicit Dims(std::span<const std::int64_t> values) : Dims(values.data(), values.size()) {}
  /// `rank` entries that are all `value`.
  static Dims filled(int rank, std::int64_t value) {
    check_rank(static_cast<std::size_t>(rank));
    Dims dims;
    dims.size_ = rank;
    std::fill_n(dims.values_, rank, value);
    return dims;
  }

  Dims(const Dims& other) { *this = other; }
  Dims& operator=(const Dims& other) {
    size_ = other.size_;
    for (int i = 0; i < kShort; ++i) values_[i] = other.values_[i];
    if (size_ > kShort) std::copy_n(other.values_ + kShort, size_ - kShort, values_ + kShort);
    return *this;
  }

  int size() const { return size_; }
  bool empty() const { return size_ == 0; }
  std::int64_t& operator[](int i) { return values_[i]; }
  std::int64_t operator[](int i) const { return values_[i]; }
  std::int64_t& back() { return values_[size_ - 1]; }
  std::int64_t back() const { return values_[size_ - 1]; }
  std::int64_t* begin() { return values_; }
  std::int64_t* end() { return values_ + size_; }
  const std::int64_t* begin() const { return values_; }
  const std::int64_t* end() const { return values_ + size_; }
  const std::int64_t* data() const { return values_; }

  /// Appends; throws ShapeError beyond kMaxRank.
  void push_back(std::int64_t value) {
    check_rank(static_cast<std::size_t>(size_) + 1);
    values_[size_++] = value;
  }
  void insert(int position, std::int64_t value);
  void erase(int position);

  friend bool operator==(const Dims& a, const Dims& b) {
    bool equal = a.size_ == b.size_;  // a loop: the lists are too short for a call of memcmp
    for (int i = 0; equal && i < a.size_; ++i) equal = a.values_[i] == b.values_[i];
    return equal;
  }

 private:
  /// So many entries are always copied, which takes two or four instructions and no call; hence
  /// they always hold something.
  static constexpr int kShort = 4;

  Dims(const std::int64_t* values, std::size_t count) : Dims() {
    check_rank(count);
    size_ = static_cast<int>(count);
    std::copy_n(values, count, values_);
  }
  static void check_rank(std::size_t rank) {
    if (rank > kMaxRank) refuse_rank(rank);
  }
  [[noreturn]] static void refuse_rank(std::size_t rank);

  int size_ = 0;
  std::int64_t values_[kMaxRank];
};

/// "(3, 4)", "(3,)", "()".
std::string to_string(const Dims& dims);

/// `element_count` of a shape that is negative or overflows somewhere, or both and is empty.
std::int64_t unusual_element_count(const Dims& shape);

/// The number of elements of a shape. Throws ShapeError for a negative entry or a product beyond
/// 64 bits.
inline std::int64_t element_count(const Dims& shape) {
  std::int64_t count = 1;
  bool unusual = false;
  for (const std::int64_t extent : shape) {
    unusual |= extent < 0 || __builtin_mul_overflow(count, extent, &count);
  }
  return unusual ? unusual_element_count(shape) : count;
}

/// Strides, in elements, of a C-ordered array of that shape.
inline Dims c_strides(const Dims& shape) {
  Dims strides = shape;
  std::uint64_t step = 1;  // it may wrap where the array is empty
  for (int i = shape.size() - 1; i >= 0; --i) {
    strides[i] = static_cast<std::int64_t>(step);
    step *= static_cast<std::uint64_t>(std::max<std::int64_t>(shape[i], 1));
  }
  return strides;
}

/// The shape that `a` and `b` broadcast to under NumPy's rules. Throws ShapeError that begins with
/// "[op]".
Dims broadcast_shapes(const Dims& a, const Dims& b, std::string_view op);

/// An axis in [-rank, rank) as one in [0, rank). Throws IndexError that begins with "[op]".
int normalise_axis(std::int64_t axis, int rank, std::string_view op);

/// Axes as normalised, ascending, distinct. Throws IndexError, and ShapeError for an axis that is
/// named twice; both begin with "[op]".
Dims normalise_axes(const Dims& axes, int rank, std::string_view op);

}  // namespace loom
