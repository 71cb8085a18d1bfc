#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Plain text without locale: parsed without allocation or exceptions.
namespace loom {

/// Walks over the lines of `text`. Accepts "\n" and "\r\n" ends and a last line without an end.
class LineReader {
 public:
  explicit LineReader(std::string_view text) : rest_(text) {}
  /// The next line without its end, or nothing after the last one.
  std::optional<std::string_view> next();
  /// Number of the line that `next` returned last, from 1.
  std::int64_t line_number() const { return line_number_; }

 private:
  std::string_view rest_;
  std::int64_t line_number_ = 0;
};

/// Cuts the next field off the front of `rest`, skipping any of `separators` before it; empty at
/// the end of the line.
std::string_view next_field(std::string_view& rest, std::string_view separators = " \t");

/// `text` without blanks at either end.
std::string_view trim(std::string_view text);

/// The whole of `text` as a number; nothing where it is not one. "nan" and "inf" are numbers here:
/// callers that refuse them say so. A plus may stand in front. What is too small for a double, such
/// as "1e-400", is a zero; what is too large is not a number.
std::optional<double> parse_double(std::string_view text);
std::optional<std::int64_t> parse_int(std::string_view text);

/// 12226 as "12,226".
std::string with_commas(std::int64_t number);

}  // namespace loom
