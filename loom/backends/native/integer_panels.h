#pragma once

#include <cstddef>
#include <cstdint>

#include "loom/backends/native/integer_product.h"

// Bytes of matrices, packed for the tiles of integer products.
namespace loom::native {

/// The rows of the left operand of a product or the columns of the right one.
struct Lines {
  const std::uint8_t* data;  ///< the bits of signed numbers, too
  bool is_signed;
  std::int64_t count, depth;
  std::int64_t line_step, depth_step;  ///< in bytes
};

/// Lines as panels of `width` of them, a multiple of 4, with zeros for lines that the last panel
/// lacks and for numbers that the last group lacks. Signed numbers become unsigned bytes by adding
/// 128, unsigned ones signed bytes by taking 128 away.
class Panels {
 public:
  Panels(const Lines& lines, PanelNumber number, int width);

  /// What is to be added to a packed number to have the one that was given: 0, 128 or -128.
  std::int32_t bias() const { return bias_; }
  std::int64_t groups() const { return groups_; }
  std::int64_t count() const { return count_; }
  std::int64_t width() const { return width_; }
  std::int64_t panel_bytes() const { return 4 * width_ * groups_; }
  std::int64_t bytes() const { return count_ * panel_bytes(); }

  /// Packs panels [first, end) to their places in `memory`, where all of them stand one behind the
  /// other.
  void pack(std::int64_t first, std::int64_t end, std::byte* memory) const;
  /// The sum of the packed numbers of each line of one panel, modulo 2^32. Only where they are
  /// bytes.
  void sum(const std::byte* panel, std::uint32_t* sums) const;

 private:
  struct Part {
    std::int64_t line, end_line, group, end_group;
  };
  std::byte* place(std::byte* memory, std::int64_t line, std::int64_t group) const {
    return memory + line / width_ * panel_bytes() + 4 * (group * width_ + line % width_);
  }
  void pack_numbers(const Part& part, std::byte* memory) const;
  void pack_along_depth(const Part& part, std::byte* memory) const;
  void pack_across(const Part& part, std::byte* memory) const;

  Lines lines_;
  PanelNumber number_;
  std::int64_t width_, groups_, count_;
  std::int32_t bias_ = 0;
};

}  // namespace loom::native
