#include "loom/gwas/tables/text_matrix.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "loom/gwas/tables/number_text.h"
#include "loom/support/compression.h"
#include "loom/support/error.h"
#include "loom/support/file.h"
#include "loom/support/line_source.h"
#include "loom/support/threads.h"

namespace loom::gwas {
namespace {

namespace fs = std::filesystem;

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

/// Parses the wanted columns of one line into `out`. Returns what is wrong with the line, empty
/// where nothing is.
std::string parse_line(std::string_view line, const WantedLines& columns, double* out) {
  const char* at = line.data();
  const char* const end = at + line.size();
  for (std::int64_t column = 0; column < columns.count(); ++column) {
    at = skip_separators(at, end);
    if (at == end) return fmt::format(": expected {} numbers, found {}", columns.count(), column);
    const std::int64_t wanted = columns.number(column);
    if (wanted < 0) {
      at = skip_field(at, end);
      continue;
    }
    const char* const field = at;
    const auto number = take_number(at, end);
    if (!number || !std::isfinite(*number)) {
      return fmt::format(", field {}: expected a {}, found {}", column + 1,
                         number ? "finite number" : "number",
                         quoted({field, skip_field(field, end)}));
    }
    out[wanted] = *number;
  }
  if (skip_separators(at, end) == end) return {};
  return fmt::format(": expected {} numbers, found {}", columns.count(), count_fields(line));
}

/// The lines of a file, in batches of a bounded size. Blank lines at its end do not count.
class LineBatches {
 public:
  explicit LineBatches(const fs::path& file) : source_(file, kBatchBytes) {}

  /// The next lines, at least one while there are any.
  std::span<const std::string_view> next() {
    lines_.clear();
    std::string_view block;
    while (lines_.empty() && source_.next_block(block)) {
      const std::size_t size = block.find_last_not_of(" \t\r\n") + 1;
      // Blank lines are held back until something follows them.
      if (size > 0) lines_.assign(static_cast<std::size_t>(std::exchange(blank_, 0)), {});
      blank_ += std::ranges::count(block.substr(size), '\n') - (size > 0 ? 1 : 0);
      split(block.substr(0, size));
    }
    return lines_;
  }

 private:
  // Little enough to stay in a cache until it is parsed.
  static constexpr std::size_t kBatchBytes = std::size_t{4} << 20;

  void split(std::string_view text) {
    while (!text.empty()) {
      const std::size_t length = std::min(text.find('\n'), text.size());
      lines_.push_back(text.substr(0, length));
      text.remove_prefix(std::min(length + 1, text.size()));
    }
  }

  LineSource source_;
  std::int64_t blank_ = 0;
  std::vector<std::string_view> lines_;
};

/// Appends `row` as a line of text to what ends at `at`; returns the end.
char* format_row(std::span<const double> row, char* at) {
  for (const double value : row) {
    at = write_ten_digits(at, value);
    *at++ = '\t';
  }
  at[-1] = '\n';
  return at;
}

/// Rows of a matrix as text, in pieces for the threads to make.
class MatrixText {
 public:
  MatrixText(std::span<const double> values, std::int64_t columns)
      : values_(values),
        columns_(columns),
        rows_(columns == 0 ? 0 : std::ssize(values) / columns),
        piece_rows_(std::max<std::int64_t>(kPieceNumbers / std::max<std::int64_t>(columns, 1), 1)),
        room_(piece_rows_ * columns * kLongest + std::int64_t{kNumberRoom}) {}

  std::int64_t rows() const { return rows_; }
  std::int64_t batch_rows() const { return piece_rows_ * kPiecesAtOnce; }

  /// Begins the batch of rows at `first`; returns its number of pieces, 0 behind the last row.
  std::int64_t begin_batch(std::int64_t first) {
    first_ = first;
    const std::int64_t count = std::clamp<std::int64_t>(rows_ - first, 0, batch_rows());
    const std::int64_t pieces = (count + piece_rows_ - 1) / piece_rows_;
    if (!text_ && pieces > 0) {
      text_ = std::make_unique_for_overwrite<char[]>(static_cast<std::size_t>(pieces * room_));
    }
    pieces_.resize(static_cast<std::size_t>(pieces));
    return pieces;
  }

  void format(std::int64_t piece) {
    char* const text = text_.get() + piece * room_;
    char* at = text;
    const std::int64_t first = first_ + piece * piece_rows_;
    for (std::int64_t row = first; row < std::min(first + piece_rows_, rows_); ++row) {
      at = format_row(values_.subspan(static_cast<std::size_t>(row * columns_),
                                      static_cast<std::size_t>(columns_)),
                      at);
    }
    pieces_[static_cast<std::size_t>(piece)] = {text, static_cast<std::size_t>(at - text)};
  }

  void write(OutputFile& output) const {
    for (const std::string_view piece : pieces_) output.write(piece);
  }

 private:
  static constexpr std::int64_t kPieceNumbers = 1 << 14;
  static constexpr std::int64_t kPiecesAtOnce = 32;
  static constexpr std::int64_t kLongest = 18;  // "-1.234567891e-308" and what stands behind it

  std::span<const double> values_;
  std::int64_t columns_, rows_, piece_rows_;
  std::int64_t room_;  ///< for the text of a piece
  std::int64_t first_ = 0;
  std::unique_ptr<char[]> text_;
  std::vector<std::string_view> pieces_;
};

}  // namespace

void read_text_matrix(const fs::path& file, const ExpectedRows& rows, const MatrixPart& part) {
  LineBatches batches(file);
  std::int64_t row = 0;
  for (auto lines = batches.next(); !lines.empty(); lines = batches.next()) {
    const std::int64_t expected = std::clamp<std::int64_t>(rows.count - row, 0, std::ssize(lines));
    const auto parse = [&](std::int64_t i) {
      double* const out = part.row(row + i);
      if (out == nullptr) return std::string();
      return parse_line(lines[static_cast<std::size_t>(i)], part.columns, out);
    };
    const std::int64_t bad =
        parallel_find(expected, [&](std::int64_t i) { return !parse(i).empty(); });
    if (bad < expected) {
      throw IoError(fmt::format("{}: line {}{}", file.string(), row + bad + 1, parse(bad)));
    }
    row += std::ssize(lines);
  }
  check_row_count(file, rows, row);
}

void write_text_matrix(const fs::path& file, std::span<const double> values, std::int64_t columns,
                       const Monitor& monitor) {
  OutputFile output(file);
  // One batch is made while another is written, but where writing itself keeps all threads busy.
  const bool overlapped = compression_named(file) == Compression::none;
  MatrixText made(values, columns), ready(values, columns);
  const std::int64_t rows = made.rows();
  for (std::int64_t first = 0; first < rows + made.batch_rows(); first += made.batch_rows()) {
    monitor.update("writing", std::min(first, rows), rows);
    if (!overlapped) ready.write(output);
    parallel_for(made.begin_batch(first) + 1, 1, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        if (i > 0) made.format(i - 1);
        if (i == 0 && overlapped) ready.write(output);
      }
    });
    std::swap(made, ready);
  }
  monitor.update("writing", rows, rows);
  output.commit();
}

}  // namespace loom::gwas
