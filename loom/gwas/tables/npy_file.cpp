#include "loom/gwas/tables/npy_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loom/support/byte_source.h"
#include "loom/support/error.h"
#include "loom/support/file.h"
#include "loom/support/text.h"

namespace loom::gwas {
namespace {

namespace fs = std::filesystem;

static_assert(std::endian::native == std::endian::little, "numbers are copied as they lie");

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::size_t kFixedHeader = 10;  // magic, version 1.0, length of the rest
constexpr std::int64_t kBlockBytes = std::int64_t{16} << 20;

/// What the header says.
struct Layout {
  std::string type;
  bool columns_first = false;
  std::vector<std::int64_t> shape;
};

[[noreturn]] void refuse(const fs::path& file, const std::string& text) {
  throw IoError(file.string() + ": " + text);
}

std::string shape_text(const std::vector<std::int64_t>& shape) {
  return fmt::format("({}{})", fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
}

/// Fills `out`; false where the file ends before.
bool read_all(ByteSource& source, std::span<char> out) { return source.read(out) == out.size(); }

std::string read_header(ByteSource& source) {
  std::string start(kFixedHeader, '\0');
  if (!read_all(source, start) || !start.starts_with(kMagic)) {
    refuse(source.path(), "not a file of NumPy's format");
  }
  const auto byte = [&](std::size_t i) {
    return std::size_t{static_cast<unsigned char>(start[i])};
  };
  std::size_t length = byte(8) + 256 * byte(9);
  if (byte(6) > 1) {  // versions 2 and 3 have a length of four bytes
    start.resize(kFixedHeader + 2);
    if (!read_all(source, std::span(start).subspan(kFixedHeader))) {
      refuse(source.path(), "the file ends in its header");
    }
    length += 65536 * (byte(10) + 256 * byte(11));
  }
  constexpr std::size_t kLongestHeader = 1 << 16;
  std::string header(std::min(length, kLongestHeader), '\0');
  if (length > kLongestHeader || !read_all(source, header)) {
    refuse(source.path(), "the file ends in its header");
  }
  return header;
}

/// The text of a header, a dictionary of Python, behind the colon of `key`; empty without the key.
std::string_view value_of(std::string_view header, std::string_view key) {
  for (const char quote : {'\'', '"'}) {
    const std::string quoted_key = fmt::format("{0}{1}{0}", quote, key);
    const std::size_t at = header.find(quoted_key);
    if (at == header.npos) continue;
    std::string_view rest = trim(header.substr(at + quoted_key.size()));
    if (rest.starts_with(':')) return trim(rest.substr(1));
  }
  return {};
}

std::optional<std::string> parse_type(std::string_view text) {
  if (text.empty() || (text[0] != '\'' && text[0] != '"')) return std::nullopt;
  const std::size_t end = text.find(text[0], 1);
  if (end == text.npos) return std::nullopt;
  return std::string(text.substr(1, end - 1));
}

std::optional<std::vector<std::int64_t>> parse_shape(std::string_view text) {
  const std::size_t end = text.find(')');
  if (!text.starts_with('(') || end == text.npos) return std::nullopt;
  std::vector<std::int64_t> shape;
  std::string_view rest = text.substr(1, end - 1);
  for (auto field = next_field(rest, ", "); !field.empty(); field = next_field(rest, ", ")) {
    const auto size = parse_int(field);
    if (!size) return std::nullopt;
    shape.push_back(*size);
  }
  return shape;
}

Layout parse_header(const fs::path& file, std::string_view header) {
  const auto type = parse_type(value_of(header, "descr"));
  const auto shape = parse_shape(value_of(header, "shape"));
  const std::string_view order = value_of(header, "fortran_order");
  if (!type || !shape || !(order.starts_with("True") || order.starts_with("False"))) {
    refuse(file, "the header is not one of NumPy's format: " + quoted(trim(header)));
  }
  return {*type, order.starts_with("True"), *shape};
}

void check_layout(const fs::path& file, const Layout& layout, const ExpectedRows& rows,
                  std::int64_t columns) {
  if (layout.type != "<f8" && layout.type != "<f4") {
    refuse(file, fmt::format("expected numbers of type '<f8' or '<f4', found '{}'", layout.type));
  }
  std::vector<std::int64_t> shape = layout.shape;
  if (shape.size() == 1 && columns == 1) shape.push_back(1);
  if (shape == std::vector{rows.count, columns}) return;
  refuse(file, fmt::format("expected shape ({}, {}), rows: {}; found {}", rows.count, columns,
                           rows.reason, shape_text(layout.shape)));
}

/// Calls `take(first, numbers)` for `total` numbers of type T as they stand in the file, in blocks
/// of a multiple of `unit` numbers.
template <class T, class Take>
void for_each_block(ByteSource& source, std::int64_t total, std::int64_t unit, Take take) {
  const auto size = static_cast<std::int64_t>(sizeof(T));
  const std::int64_t units = kBlockBytes / size / std::max<std::int64_t>(unit, 1);
  const std::int64_t block = std::max<std::int64_t>(units, 1) * unit;
  const auto numbers =
      std::make_unique_for_overwrite<T[]>(static_cast<std::size_t>(std::min(block, total)));
  for (std::int64_t first = 0; first < total; first += block) {
    const std::int64_t count = std::min(block, total - first);
    const std::size_t found = source.read(
        {reinterpret_cast<char*>(numbers.get()), static_cast<std::size_t>(count * size)});
    if (found != static_cast<std::size_t>(count * size)) {
      refuse(source.path(), fmt::format("expected {} bytes of numbers, found {}", total * size,
                                        first * size + static_cast<std::int64_t>(found)));
    }
    take(first, std::span<const T>(numbers.get(), static_cast<std::size_t>(count)));
  }
}

/// Rows of a file, the first of which is `row`.
template <class T>
void take_rows(std::int64_t row, std::span<const T> numbers, const MatrixPart& part) {
  for (; !numbers.empty(); numbers = numbers.subspan(part.columns.count()), ++row) {
    double* const out = part.row(row);
    if (out == nullptr) continue;
    for (std::int64_t j = 0; j < part.columns.size(); ++j) out[j] = numbers[part.columns.place(j)];
  }
}

/// Columns of a file, the first of which is `column`.
template <class T>
void take_columns(std::int64_t column, std::span<const T> numbers, const MatrixPart& part) {
  const std::int64_t length = part.rows.count(), count = std::ssize(numbers) / length;
  for (std::int64_t i = 0; i < part.rows.size(); ++i) {
    const std::int64_t row = part.rows.place(i);
    double* const out = part.row(row);
    for (std::int64_t j = 0; j < count; ++j) {
      const std::int64_t to = part.columns.number(column + j);
      if (to >= 0) out[to] = numbers[j * length + row];
    }
  }
}

template <class T>
void read_numbers(ByteSource& source, bool columns_first, const MatrixPart& part) {
  const std::int64_t rows = part.rows.count(), columns = part.columns.count();
  const std::int64_t length = columns_first ? rows : columns;
  const auto take = columns_first ? take_columns<T> : take_rows<T>;
  for_each_block<T>(
      source, rows * columns, length,
      [&](std::int64_t first, std::span<const T> numbers) { take(first / length, numbers, part); });
}

}  // namespace

bool is_npy(const fs::path& file) { return file.extension() == ".npy"; }

void read_npy(const fs::path& file, const ExpectedRows& rows, const MatrixPart& part) {
  ByteSource source(file);
  const Layout layout = parse_header(file, read_header(source));
  check_layout(file, layout, rows, part.columns.count());
  const auto read = layout.type == "<f8" ? read_numbers<double> : read_numbers<float>;
  read(source, layout.columns_first, part);
  char more = 0;
  if (source.read({&more, 1}) != 0) refuse(file, "there is more in the file than its numbers");
  const auto bad = std::ranges::find_if(part.out, [](double v) { return !std::isfinite(v); });
  if (bad == part.out.end()) return;
  const std::int64_t at = bad - part.out.begin();
  refuse(file, fmt::format("row {}, column {}: expected a finite number, found {}",
                           part.rows.place(at / part.columns.size()) + 1,
                           part.columns.place(at % part.columns.size()) + 1, *bad));
}

void write_npy(const fs::path& file, std::span<const double> values, std::int64_t columns,
               const Monitor& monitor) {
  const std::int64_t rows = columns == 0 ? 0 : std::ssize(values) / columns;
  std::string header =
      fmt::format("{{'descr': '<f8', 'fortran_order': False, 'shape': {}, }}",
                  shape_text(columns == 1 ? std::vector{rows} : std::vector{rows, columns}));
  // The numbers begin at a multiple of 64 bytes.
  header.resize((kFixedHeader + header.size() + 64) / 64 * 64 - kFixedHeader, ' ');
  header.back() = '\n';
  OutputFile output(file);
  output.write(kMagic);
  output.write(std::string{'\1', '\0', static_cast<char>(header.size()), '\0'} + header);
  const std::int64_t step =
      std::max<std::int64_t>(kBlockBytes / 8 / std::max<std::int64_t>(columns, 1), 1);
  for (std::int64_t row = 0; row < rows; row += step) {
    monitor.update("writing", row, rows);
    const std::int64_t count = std::min(step, rows - row);
    output.write(std::as_bytes(values.subspan(static_cast<std::size_t>(row * columns),
                                              static_cast<std::size_t>(count * columns))));
  }
  monitor.update("writing", rows, rows);
  output.commit();
}

}  // namespace loom::gwas
