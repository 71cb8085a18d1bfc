#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>

namespace loom {

/// The most dimensions an array can have.
inline constexpr int kMaxRank = 16;

/// A short list of 64-bit integers, one per dimension: a shape, strides (counted in elements) or
/// axes. Lives on the stack; copying costs as much as the entries in use.
class Dims {
 public:
  Dims() = default;
  Dims(std::initializer_list<std::int64_t> values) : Dims(values.begin(), values.size()) {}
  explicit Dims(std::span<const std::int64_t> values) : Dims(values.data(), values.size()) {}
  /// `rank` entries that are all `value`.
  static Dims filled(int rank, std::int64_t value);

  Dims(const Dims& other) : size_(other.size_) { std::copy_n(other.values_, size_, values_); }
  Dims& operator=(const Dims& other) {
    size_ = other.size_;
    std::copy_n(other.values_, size_, values_);
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
  void push_back(std::int64_t value);
  void insert(int position, std::int64_t value);
  void erase(int position);

  friend bool operator==(const Dims& a, const Dims& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
  }

 private:
  Dims(const std::int64_t* values, std::size_t count);

  std::int64_t values_[kMaxRank];
  int size_ = 0;
};

/// "(3, 4)", "(3,)", "()".
std::string to_string(const Dims& dims);

/// The number of elements of a shape. Throws ShapeError for a negative entry or a product beyond
/// 64 bits.
std::int64_t element_count(const Dims& shape);

/// Strides, in elements, of a C-ordered array of that shape.
Dims c_strides(const Dims& shape);

/// The shape that `a` and `b` broadcast to under NumPy's rules. Throws ShapeError that begins with
/// "[op]".
Dims broadcast_shapes(const Dims& a, const Dims& b, std::string_view op);

/// An axis in [-rank, rank) as one in [0, rank). Throws ShapeError that begins with "[op]".
int normalise_axis(std::int64_t axis, int rank, std::string_view op);

/// Axes as normalised, ascending, distinct. Throws ShapeError that begins with "[op]".
Dims normalise_axes(const Dims& axes, int rank, std::string_view op);

}  // namespace loom
