#include "loom/gwas/tables/matrix_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <mutex>
#include <string>

#include "loom/gwas/tables/npy_file.h"
#include "loom/gwas/tables/text_matrix.h"
#include "loom/support/error.h"
#include "loom/support/threads.h"

namespace loom::gwas {
namespace {

namespace fs = std::filesystem;

void read_part(const fs::path& file, const ExpectedRows& rows, const MatrixPart& part) {
  const auto read = is_npy(file) ? read_npy : read_text_matrix;
  read(file, rows, part);
}

double largest_magnitude(std::span<const double> values) {
  std::mutex mutex;
  double largest = 0;
  parallel_for(std::ssize(values), 1 << 16, [&](std::int64_t begin, std::int64_t end) {
    double piece = 0;
    for (std::int64_t i = begin; i < end; ++i) {
      piece = std::max(piece, std::abs(values[static_cast<std::size_t>(i)]));
    }
    const std::lock_guard lock(mutex);
    largest = std::max(largest, piece);
  });
  return largest;
}

}  // namespace

std::string asymmetry(std::span<const double> values, std::span<const std::int64_t> names) {
  constexpr double kTolerance = 1e-6;
  constexpr std::int64_t kTile = 64;  // a tile and its mirror image stay in the first-level cache
  const std::int64_t n = std::ssize(names);
  const double allowed = kTolerance * largest_magnitude(values);
  const auto at = [&](std::int64_t i, std::int64_t j) {
    return values[static_cast<std::size_t>(i * n + j)];
  };
  const auto agree = [&](std::int64_t i, std::int64_t j) {
    return std::abs(at(i, j) - at(j, i)) <= allowed;
  };
  const std::int64_t tiles = (n + kTile - 1) / kTile;
  const std::int64_t bad_tile = parallel_find(tiles, [&](std::int64_t tile) {
    const std::int64_t first_row = tile * kTile;
    for (std::int64_t first_column = first_row; first_column < n; first_column += kTile) {
      for (std::int64_t i = first_row; i < std::min(first_row + kTile, n); ++i) {
        for (std::int64_t j = std::max(first_column, i + 1); j < std::min(first_column + kTile, n);
             ++j) {
          if (!agree(i, j)) return true;
        }
      }
    }
    return false;
  });
  for (std::int64_t i = bad_tile * kTile; i < n; ++i) {
    for (std::int64_t j = i + 1; j < n; ++j) {
      if (agree(i, j)) continue;
      const std::int64_t a = names[static_cast<std::size_t>(i)] + 1,
                         b = names[static_cast<std::size_t>(j)] + 1;
      return fmt::format("row {}, column {} is {:.10g} but row {}, column {} is {:.10g}", a, b,
                         at(i, j), b, a, at(j, i));
    }
  }
  return {};
}

void read_matrix(const fs::path& file, const ExpectedRows& rows, std::int64_t columns,
                 std::span<double> out) {
  read_part(file, rows, {WantedLines(rows.count), WantedLines(columns), out});
}

void read_kinship(const fs::path& file, const ExpectedRows& rows,
                  std::span<const std::int64_t> places, std::span<double> out) {
  const WantedLines wanted(places, rows.count);
  read_part(file, rows, {wanted, wanted, out});
  const std::string found = asymmetry(out, places);
  if (!found.empty()) throw IoError(fmt::format("{}: not symmetric: {}", file.string(), found));
}

void write_matrix(const fs::path& file, std::span<const double> values, std::int64_t columns,
                  const Monitor& monitor) {
  const auto write = is_npy(file) ? write_npy : write_text_matrix;
  write(file, values, columns, monitor);
}

}  // namespace loom::gwas
