#include "loom/backends/native/integer_product.h"

#include <algorithm>
#include <vector>

#include "loom/backends/native/fourier/workspace.h"
#include "loom/backends/native/integer_panels.h"
#include "loom/backends/native/transpose.h"
#include "loom/dispatch/matrix_stacks.h"
#include "loom/support/threads.h"

namespace loom::native {
namespace {

using dispatch::KernelCall;
using fourier::Workspace;

/// Rows and columns of a block of the result, whose sums stay in a second-level cache; a multiple
/// of what every tile has.
constexpr std::int64_t kBlock = 288;
/// Groups that a block takes at a time: a right panel of them stays in the first cache while the
/// left ones pass.
constexpr std::int64_t kGroups = 160;
/// Lines that one thread packs at a time.
constexpr std::int64_t kPackedLines = 480;

Lines rows_of(const View& a) {
  return {.data = a.as<const std::uint8_t>(),
          .is_signed = a.dtype == DType::int8,
          .count = a.shape[0],
          .depth = a.shape[1],
          .line_step = a.strides[0],
          .depth_step = a.strides[1]};
}

Lines columns_of(const View& b) {
  return {.data = b.as<const std::uint8_t>(),
          .is_signed = b.dtype == DType::int8,
          .count = b.shape[1],
          .depth = b.shape[0],
          .line_step = b.strides[1],
          .depth_step = b.strides[0]};
}

bool is_transpose_of(const View& a, const View& b) {
  return a.data == b.data && a.dtype == b.dtype && a.shape[0] == b.shape[1] &&
         a.shape[1] == b.shape[0] && a.strides[0] == b.strides[1] && a.strides[1] == b.strides[0];
}

/// One operand, packed.
class Operand {
 public:
  Operand(const Lines& lines, PanelNumber number, int width)
      : panels_(lines, number, width), memory_(panels_.bytes()) {
    const std::int64_t grain = std::max<std::int64_t>(1, kPackedLines / width);
    parallel_for(panels_.count(), grain, [&](std::int64_t begin, std::int64_t end) {
      for (; begin < end; begin += grain) {
        panels_.pack(begin, std::min(begin + grain, end), memory_.get());
      }
    });
  }

  std::int32_t bias() const { return panels_.bias(); }
  std::int64_t groups() const { return panels_.groups(); }
  /// The panel with that line, from one of its groups on.
  const std::byte* panel(std::int64_t line, std::int64_t group) const {
    return memory_.get() + line / panels_.width() * panels_.panel_bytes() +
           4 * panels_.width() * group;
  }
  /// `factor` times the sum of the packed numbers of each line, modulo 2^32; zeros behind the last.
  std::vector<std::uint32_t> sums(std::uint32_t factor) const {
    std::vector<std::uint32_t> sums(panels_.count() * panels_.width());
    if (factor == 0) return sums;
    parallel_for(panels_.count(), 16, [&](std::int64_t begin, std::int64_t end) {
      for (; begin < end; ++begin) {
        std::uint32_t* const line = sums.data() + begin * panels_.width();
        panels_.sum(panel(begin * panels_.width(), 0), line);
        for (std::int64_t i = 0; i < panels_.width(); ++i) line[i] *= factor;
      }
    });
    return sums;
  }

 private:
  Panels panels_;
  Workspace<std::byte> memory_;
};

/// A product as blocks of its result.
///
/// With packed numbers x and y, a = x + p and b = y + q for the biases p and q of the operands, so
/// sum a b = sum x y + q sum x + p sum y + k p q: a term of the row, one of the column.
class Product {
 public:
  Product(const IntegerTile& tile, const View& a, const View& b, const View& c)
      : tile_(tile),
        left_(rows_of(a), tile.left, tile.rows),
        right_(columns_of(b), tile.right, tile.columns),
        rows_(a.shape[0]),
        columns_(b.shape[1]),
        symmetric_(is_transpose_of(a, b)),
        out_(c.as<std::uint32_t>()) {
    const auto p = static_cast<std::uint32_t>(left_.bias());
    const auto q = static_cast<std::uint32_t>(right_.bias());
    row_terms_ = left_.sums(q);
    column_terms_ = right_.sums(p);
    const std::uint32_t both = static_cast<std::uint32_t>(a.shape[1]) * p * q;
    for (std::uint32_t& term : row_terms_) term += both;
  }

  void run() const {
    struct Corner {
      std::int64_t row, column;
    };
    std::vector<Corner> blocks;
    for (std::int64_t row = 0; row < rows_; row += kBlock) {
      const std::int64_t end = symmetric_ ? row + 1 : columns_;
      for (std::int64_t column = 0; column < end; column += kBlock) blocks.push_back({row, column});
    }
    parallel_for(std::ssize(blocks), 1, [&](std::int64_t begin, std::int64_t end) {
      const Workspace<std::int32_t> sums(kBlock * kBlock);
      for (; begin < end; ++begin) {
        const auto [row, column] = blocks[begin];
        add_tiles(row, column, sums.get());
        write(row, column, sums.get());
        if (symmetric_) mirror(row, column);
      }
    });
  }

 private:
  std::int64_t rows_from(std::int64_t row) const { return std::min(kBlock, rows_ - row); }
  std::int64_t columns_from(std::int64_t column) const {
    return std::min(kBlock, columns_ - column);
  }
  /// Where the tile with that row and column of a block lies among its sums.
  std::int64_t tile_at(std::int64_t i, std::int64_t j) const {
    return i / tile_.rows * tile_.rows * kBlock + j / tile_.columns * tile_.columns * tile_.rows;
  }

  /// The sums of the packed numbers, tile by tile. Those wholly above the diagonal of a symmetric
  /// result stay zeros.
  void add_tiles(std::int64_t row, std::int64_t column, std::int32_t* sums) const {
    const std::int64_t height = rows_from(row), width = columns_from(column);
    for (std::int64_t i = 0; i < height; i += tile_.rows) {
      std::fill_n(sums + tile_at(i, 0), tile_.rows * kBlock, 0);
    }
    for (std::int64_t group = 0; group < left_.groups(); group += kGroups) {
      const std::int64_t count = std::min(kGroups, left_.groups() - group);
      for (std::int64_t j = 0; j < width; j += tile_.columns) {
        const std::byte* const right = right_.panel(column + j, group);
        for (std::int64_t i = 0; i < height; i += tile_.rows) {
          if (symmetric_ && row + i + tile_.rows <= column + j) continue;
          prefetch(sums + tile_at(i + tile_.rows, j));
          tile_.add(left_.panel(row + i, group), right, count, sums + tile_at(i, j));
        }
      }
    }
  }

  /// Brings a tile to the first cache, which is too small for all of a block.
  void prefetch(const std::int32_t* tile) const {
    constexpr std::int64_t kLine = 16;
    for (std::int64_t i = 0; i < tile_.rows * tile_.columns; i += kLine) {
      __builtin_prefetch(tile + i, 1);
    }
  }

  void write(std::int64_t row, std::int64_t column, const std::int32_t* sums) const {
    const std::int64_t height = rows_from(row), width = columns_from(column);
    for (std::int64_t i = 0; i < height; ++i) {
      const std::uint32_t term = row_terms_[row + i];
      for (std::int64_t j = 0; j < width; j += tile_.columns) {
        const std::int32_t* const tile = sums + tile_at(i, j) + i % tile_.rows * tile_.columns;
        const std::uint32_t* const terms = column_terms_.data() + column + j;
        std::uint32_t* const out = out_ + (row + i) * columns_ + column + j;
        const std::int64_t count = std::min<std::int64_t>(tile_.columns, width - j);
        for (std::int64_t t = 0; t < count; ++t) {
          out[t] = static_cast<std::uint32_t>(tile[t]) + terms[t] + term;
        }
      }
    }
  }

  /// Writes a block of the lower triangle of a symmetric result to the other side.
  void mirror(std::int64_t row, std::int64_t column) const {
    if (row == column) {
      for (std::int64_t i = row; i < row + rows_from(row); ++i) {
        for (std::int64_t j = row; j < i; ++j) out_[j * columns_ + i] = out_[i * columns_ + j];
      }
      return;
    }
    const auto at = [&](std::int64_t i, std::int64_t j) {
      return reinterpret_cast<std::byte*>(out_ + i * columns_ + j);
    };
    const std::int64_t step = columns_ * static_cast<std::int64_t>(sizeof(std::uint32_t));
    transpose_block<std::uint32_t>(at(column, row), step, at(row, column), step,
                                   columns_from(column), rows_from(row));
  }

  const IntegerTile& tile_;
  Operand left_, right_;
  std::int64_t rows_, columns_;
  bool symmetric_;
  std::vector<std::uint32_t> row_terms_, column_terms_;
  std::uint32_t* out_;
};

const IntegerTile& tile_of(const KernelCall& call) {
  return *static_cast<const IntegerTile*>(call.context);
}

void run_product(const KernelCall& call) {
  dispatch::for_each_item(dispatch::product_stacks(call), 1, [&](std::span<const View> items) {
    multiply_integers(tile_of(call), items[1], items[2], items[0]);
  });
}

std::int64_t workspace(const KernelCall& call) {
  const IntegerTile& tile = tile_of(call);
  const auto stacks = dispatch::product_stacks(call);
  const auto last_two = [](View view) {
    const int rank = view.rank();
    view.shape = {view.shape[rank - 2], view.shape[rank - 1]};
    view.strides = {view.strides[rank - 2], view.strides[rank - 1]};
    return view;
  };
  const View c = last_two(stacks[0].view);
  const std::int64_t operands =
      Panels(rows_of(last_two(stacks[1].view)), tile.left, tile.rows).bytes() +
      Panels(columns_of(last_two(stacks[2].view)), tile.right, tile.columns).bytes();
  const bool one = c.size() == call.outputs[0].size();
  return (one ? 1 : num_threads()) * operands +
         num_threads() * kBlock * kBlock * static_cast<std::int64_t>(sizeof(std::int32_t));
}

}  // namespace

std::vector<const IntegerTile*> integer_tiles(const Isa& isa) {
  std::vector<const IntegerTile*> tiles = {byte_tile(isa), word_tile(isa)};
  std::erase(tiles, nullptr);
  return tiles;
}

void multiply_integers(const IntegerTile& tile, const View& a, const View& b, const View& c) {
  if (c.size() > 0) Product(tile, a, b, c).run();
}

void install_integer_products(const Isa& isa, dispatch::KernelInstaller add) {
  add(schema::op("matmul_integer"), {.run = run_product,
                                     .dtypes = {DType::uint8, DType::int8},
                                     .workspace = workspace,
                                     .context = integer_tiles(isa).front()});
}

}  // namespace loom::native
