#include "loom/gwas/matrix_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cmath>
#include <limits>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loom/gwas/number_text.h"
#include "loom/support/error.h"
#include "loom/support/file.h"
#include "loom/support/threads.h"

namespace loom::gwas {
namespace {

namespace fs = std::filesystem;

/// The lowest index of [0, count) for which `good` is false, or `count`: a file is then refused
/// with the same message however many threads look at it.
std::int64_t first_bad(std::int64_t count, FunctionRef<bool(std::int64_t index)> good) {
  std::atomic<std::int64_t> first = count;
  parallel_for(count, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      if (good(i)) continue;
      std::int64_t lowest = first;
      while (i < lowest && !first.compare_exchange_weak(lowest, i)) {
      }
      return;
    }
  });
  return first;
}

bool is_separator(char c) { return c == ' ' || c == '\t' || c == ',' || c == '\r'; }

const char* skip_separators(const char* at, const char* end) {
  while (at != end && is_separator(*at)) ++at;
  return at;
}

const char* skip_field(const char* at, const char* end) {
  while (at != end && !is_separator(*at)) ++at;
  return at;
}

std::int64_t count_fields(std::string_view line) {
  const char* const end = line.data() + line.size();
  std::int64_t fields = 0;
  for (const char* at = skip_separators(line.data(), end); at != end;
       at = skip_separators(skip_field(at, end), end)) {
    ++fields;
  }
  return fields;
}

/// The number at the front of [at, end), where a field begins; `at` moves behind it. Infinity where
/// it is beyond the range of a double, nothing where the field is not a number.
std::optional<double> take_number(const char*& at, const char* end) {
  // from_chars reads a minus but no plus.
  const bool plus = *at == '+' && at + 1 != end && at[1] != '-';
  double value = 0;
  const auto [stop, error] = std::from_chars(at + plus, end, value);
  if (error == std::errc::invalid_argument || (stop != end && !is_separator(*stop))) {
    return std::nullopt;
  }
  at = stop;
  return error == std::errc() ? value : std::numeric_limits<double>::infinity();
}

/// Parses one line into `out`. Returns what is wrong with it, empty where nothing is.
std::string parse_line(std::string_view line, std::int64_t columns, double* out) {
  const char* at = line.data();
  const char* const end = at + line.size();
  for (std::int64_t column = 0; column < columns; ++column) {
    at = skip_separators(at, end);
    if (at == end) return fmt::format(": expected {} numbers, found {}", columns, column);
    const char* const field = at;
    const auto number = take_number(at, end);
    if (!number || !std::isfinite(*number)) {
      return fmt::format(", field {}: expected a {}, found {}", column + 1,
                         number ? "finite number" : "number",
                         quoted({field, skip_field(field, end)}));
    }
    out[column] = *number;
  }
  if (skip_separators(at, end) == end) return {};
  return fmt::format(": expected {} numbers, found {}", columns, count_fields(line));
}

/// The lines that begin in `text`, in batches of a bounded size.
class LineBatches {
 public:
  /// Blank lines at the end do not count.
  explicit LineBatches(std::string_view text)
      : rest_(text.substr(0, text.find_last_not_of(" \t\r\n") + 1)) {}

  /// The next lines, at least one while there are any.
  std::span<const std::string_view> next() {
    constexpr std::size_t kBatchBytes = std::size_t{64} << 20;
    lines_.clear();
    for (std::size_t bytes = 0; !rest_.empty() && bytes < kBatchBytes;) {
      const std::size_t length = std::min(rest_.find('\n'), rest_.size());
      lines_.push_back(rest_.substr(0, length));
      rest_.remove_prefix(std::min(length + 1, rest_.size()));
      bytes += length + 1;
    }
    return lines_;
  }

 private:
  std::string_view rest_;
  std::vector<std::string_view> lines_;
};

void parse_matrix(const fs::path& file, std::string_view text, const ExpectedRows& rows,
                  std::int64_t columns, std::span<double> out,
                  FunctionRef<void(std::size_t bytes_done)> progress) {
  LineBatches batches(text);
  std::int64_t row = 0;
  for (auto lines = batches.next(); !lines.empty(); lines = batches.next()) {
    const std::int64_t wanted = std::clamp<std::int64_t>(rows.count - row, 0, std::ssize(lines));
    const auto parse = [&](std::int64_t i) {
      return parse_line(lines[static_cast<std::size_t>(i)], columns,
                        out.data() + (row + i) * columns);
    };
    const std::int64_t bad = first_bad(wanted, [&](std::int64_t i) { return parse(i).empty(); });
    if (bad < wanted) {
      throw IoError(fmt::format("{}: line {}{}", file.string(), row + bad + 1, parse(bad)));
    }
    row += std::ssize(lines);
    progress(static_cast<std::size_t>(lines.back().data() - text.data()));
  }
  check_row_count(file, rows, row);
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

std::string asymmetry(std::span<const double> values, std::int64_t n) {
  constexpr double kTolerance = 1e-6;
  constexpr std::int64_t kTile = 64;  // a tile and its mirror image stay in the first-level cache
  const double allowed = kTolerance * largest_magnitude(values);
  const auto at = [&](std::int64_t i, std::int64_t j) {
    return values[static_cast<std::size_t>(i * n + j)];
  };
  const auto agree = [&](std::int64_t i, std::int64_t j) {
    return std::abs(at(i, j) - at(j, i)) <= allowed;
  };
  const std::int64_t tiles = (n + kTile - 1) / kTile;
  const std::int64_t bad_tile = first_bad(tiles, [&](std::int64_t tile) {
    const std::int64_t first_row = tile * kTile;
    for (std::int64_t first_column = first_row; first_column < n; first_column += kTile) {
      for (std::int64_t i = first_row; i < std::min(first_row + kTile, n); ++i) {
        for (std::int64_t j = std::max(first_column, i + 1); j < std::min(first_column + kTile, n);
             ++j) {
          if (!agree(i, j)) return false;
        }
      }
    }
    return true;
  });
  for (std::int64_t i = bad_tile * kTile; i < n; ++i) {
    for (std::int64_t j = i + 1; j < n; ++j) {
      if (agree(i, j)) continue;
      return fmt::format("row {}, column {} is {:.10g} but row {}, column {} is {:.10g}", i + 1,
                         j + 1, at(i, j), j + 1, i + 1, at(j, i));
    }
  }
  return {};
}

namespace {

/// Appends `row` as a line of text.
void format_row(std::span<const double> row, std::string& text) {
  const std::size_t start = text.size();
  text.resize(start + row.size() * (kTenDigitsRoom + 1));
  char* at = text.data() + start;
  for (const double value : row) {
    at = write_ten_digits(at, value);
    *at++ = '\t';
  }
  at[-1] = '\n';
  text.resize(static_cast<std::size_t>(at - text.data()));
}

}  // namespace

void read_matrix(const fs::path& file, const ExpectedRows& rows, std::int64_t columns,
                 std::span<double> out) {
  std::error_code ignored;
  if (file.extension() == ".gz" || !fs::is_regular_file(file, ignored)) {
    parse_matrix(file, read_text(file), rows, columns, out, [](std::size_t) {});
    return;
  }
  const MappedFile mapped(file);
  std::size_t released = 0;
  parse_matrix(file, mapped.text(), rows, columns, out, [&](std::size_t bytes_done) {
    mapped.release(released, bytes_done - released);
    released = bytes_done;
  });
}

void read_kinship(const fs::path& file, const ExpectedRows& rows, std::span<double> out) {
  read_matrix(file, rows, rows.count, out);
  const std::string found = asymmetry(out, rows.count);
  if (!found.empty()) throw IoError(fmt::format("{}: not symmetric: {}", file.string(), found));
}

void write_matrix(const fs::path& file, std::span<const double> values, std::int64_t columns,
                  const Monitor& monitor) {
  constexpr std::int64_t kPieceNumbers = 1 << 13;
  constexpr std::int64_t kPiecesAtOnce = 64;
  const std::int64_t rows = columns == 0 ? 0 : std::ssize(values) / columns;
  const std::int64_t piece_rows =
      std::max<std::int64_t>(kPieceNumbers / std::max<std::int64_t>(columns, 1), 1);
  const std::int64_t batch_rows = piece_rows * kPiecesAtOnce;

  OutputFile output(file);
  std::vector<std::string> pieces(kPiecesAtOnce);
  for (std::int64_t first = 0; first < rows; first += batch_rows) {
    monitor.update("writing", first, rows);
    const std::int64_t last = std::min(first + batch_rows, rows);
    const std::int64_t piece_count = (last - first + piece_rows - 1) / piece_rows;
    parallel_for(piece_count, 1, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t piece = begin; piece < end; ++piece) {
        std::string& text = pieces[static_cast<std::size_t>(piece)];
        text.clear();
        const std::int64_t piece_first = first + piece * piece_rows;
        for (std::int64_t row = piece_first; row < std::min(piece_first + piece_rows, last);
             ++row) {
          format_row(values.subspan(static_cast<std::size_t>(row * columns),
                                    static_cast<std::size_t>(columns)),
                     text);
        }
      }
    });
    for (std::int64_t piece = 0; piece < piece_count; ++piece) {
      output.write(pieces[static_cast<std::size_t>(piece)]);
    }
  }
  monitor.update("writing", rows, rows);
  output.commit();
}

}  // namespace loom::gwas
