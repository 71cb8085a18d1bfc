#include "loom/support/text.h"

#include <charconv>
#include <system_error>

namespace loom {
namespace {

template <class IsSeparator>
std::string_view cut_field(std::string_view& rest, IsSeparator is_separator) {
  const std::size_t size = rest.size();
  std::size_t begin = 0;
  while (begin < size && is_separator(rest[begin])) ++begin;
  std::size_t end = begin;
  while (end < size && !is_separator(rest[end])) ++end;
  const std::string_view field = rest.substr(begin, end - begin);
  rest.remove_prefix(end);
  return field;
}

/// from_chars on the whole of `text`, which may begin with a plus.
template <class Number>
std::errc read_whole(std::string_view text, Number& value) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::errc::invalid_argument;
  }
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return stop == end ? error : std::errc::invalid_argument;
}

}  // namespace

std::optional<std::string_view> LineReader::next() {
  if (rest_.empty()) return std::nullopt;
  ++line_number_;
  const std::size_t end = rest_.find('\n');
  std::string_view line = rest_.substr(0, end);
  rest_.remove_prefix(end == rest_.npos ? rest_.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string_view next_field(std::string_view& rest, std::string_view separators) {
  // One or two separators are the rule, and a search in the set for every character is slow.
  if (separators.size() == 1 || separators.size() == 2) {
    const char a = separators.front();
    const char b = separators.back();
    return cut_field(rest, [a, b](char c) { return c == a || c == b; });
  }
  return cut_field(rest, [separators](char c) { return separators.find(c) != separators.npos; });
}

std::string_view trim(std::string_view text) {
  static constexpr std::string_view kBlanks = " \t\r\n\v\f";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

std::optional<double> parse_double(std::string_view text) {
  double value = 0;
  const std::errc error = read_whole(text, value);
  if (error == std::errc()) return value;
  if (error == std::errc::result_out_of_range) {
    const std::size_t exponent = text.find_first_of("eE");
    const bool tiny = exponent != text.npos && text.substr(exponent + 1).starts_with('-');
    if (tiny) return text.starts_with('-') ? -0.0 : 0.0;
  }
  return std::nullopt;
}

std::optional<std::int64_t> parse_int(std::string_view text) {
  std::int64_t value = 0;
  if (read_whole(text, value) != std::errc()) return std::nullopt;
  return value;
}

std::string with_commas(std::int64_t number) {
  std::string digits = std::to_string(number);
  const std::size_t first = number < 0 ? 1 : 0;
  for (std::size_t i = digits.size(); i > first + 3;) digits.insert(i -= 3, 1, ',');
  return digits;
}

}  // namespace loom
