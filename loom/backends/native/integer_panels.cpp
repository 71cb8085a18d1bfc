#include "loom/backends/native/integer_panels.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>
#include <vector>

#include "loom/backends/native/transpose.h"

namespace loom::native {
namespace {

static_assert(std::endian::native == std::endian::little, "groups are packed as words");

using Pack = pack16_t<std::uint8_t>;

using Words = pack16_t<std::uint32_t>;

/// Lines that are packed together where they lie side by side.
constexpr std::int64_t kLines = 16;
/// Rows of numbers that are asked for so many ahead of their use: nothing else tells the processor
/// that stretches of them follow each other.
constexpr std::int64_t kAhead = 24;

/// Flips the sign of each byte.
constexpr std::uint32_t kSigns = 0x80808080;

}  // namespace

Panels::Panels(const Lines& lines, PanelNumber number, int width)
    : lines_(lines),
      number_(number),
      width_(width),
      groups_((lines.depth + group_depth(number) - 1) / group_depth(number)),
      count_((lines.count + width - 1) / width) {
  if (number == PanelNumber::unsigned_byte && lines.is_signed) bias_ = -128;
  if (number == PanelNumber::signed_byte && !lines.is_signed) bias_ = 128;
}

void Panels::pack(std::int64_t first, std::int64_t end, std::byte* memory) const {
  const std::int64_t line = first * width_, end_line = end * width_;
  // What the fast ways pack: lines and groups that are there throughout.
  const bool bytes = number_ != PanelNumber::word;
  const std::int64_t there = std::max<std::int64_t>(std::min(end_line, lines_.count) - line, 0);
  std::int64_t fast_end = line, fast_groups = lines_.depth / group_depth(number_);
  if (bytes && lines_.depth_step == 1) {
    fast_end += there / 4 * 4;
    fast_groups = fast_groups / 4 * 4;
    pack_along_depth({line, fast_end, 0, fast_groups}, memory);
  } else if (bytes && lines_.line_step == 1) {
    fast_end += there / kLines * kLines;
    pack_across({line, fast_end, 0, fast_groups}, memory);
  }
  pack_numbers({line, fast_end, fast_groups, groups_}, memory);
  pack_numbers({fast_end, end_line, 0, groups_}, memory);
}

/// Number by number, and zeros for those that are not there.
void Panels::pack_numbers(const Part& part, std::byte* memory) const {
  const std::int64_t depth = group_depth(number_), bits = 32 / depth;
  const std::uint32_t mask = number_ == PanelNumber::word ? 0xFFFF : 0xFF;
  for (std::int64_t line = part.line; line < part.end_line; ++line) {
    const std::uint8_t* const from = lines_.data + line * lines_.line_step;
    for (std::int64_t group = part.group; group < part.end_group; ++group) {
      const std::int64_t begin = depth * group;
      const std::int64_t end = line < lines_.count ? std::min(begin + depth, lines_.depth) : begin;
      std::uint32_t packed = 0;
      for (std::int64_t k = begin; k < end; ++k) {
        const std::uint8_t byte = from[k * lines_.depth_step];
        const std::int32_t number = lines_.is_signed ? static_cast<std::int8_t>(byte) : byte;
        packed |= (static_cast<std::uint32_t>(number - bias_) & mask) << (bits * (k - begin));
      }
      store(place(memory, line, group), packed);
    }
  }
}

/// The numbers of a line lie side by side, and so do those of its groups: four groups of four lines
/// are transposed at a time.
void Panels::pack_along_depth(const Part& part, std::byte* memory) const {
  constexpr std::make_integer_sequence<int, 4> kAll;
  const std::uint32_t flips = bias_ != 0 ? kSigns : 0;
  const Words flip = {flips, flips, flips, flips};
  const std::int64_t step = lines_.line_step, down = 4 * width_;
  for (std::int64_t line = part.line; line < part.end_line; line += 4) {
    const auto* from = reinterpret_cast<const std::byte*>(lines_.data + line * step);
    std::byte* to = place(memory, line, 0);
    for (std::int64_t group = 0; group < part.end_group; group += 4, from += 16, to += 4 * down) {
      const Words a = load<Words>(from) ^ flip, b = load<Words>(from + step) ^ flip;
      const Words c = load<Words>(from + 2 * step) ^ flip, d = load<Words>(from + 3 * step) ^ flip;
      const Words ac = interleave<std::uint32_t, false>(a, c, kAll);
      const Words bd = interleave<std::uint32_t, false>(b, d, kAll);
      const Words upper_ac = interleave<std::uint32_t, true>(a, c, kAll);
      const Words upper_bd = interleave<std::uint32_t, true>(b, d, kAll);
      store(to, interleave<std::uint32_t, false>(ac, bd, kAll));
      store(to + down, interleave<std::uint32_t, true>(ac, bd, kAll));
      store(to + 2 * down, interleave<std::uint32_t, false>(upper_ac, upper_bd, kAll));
      store(to + 3 * down, interleave<std::uint32_t, true>(upper_ac, upper_bd, kAll));
    }
  }
}

/// Lines lie side by side: four numbers of 16 of them are transposed at a time.
void Panels::pack_across(const Part& part, std::byte* memory) const {
  constexpr std::make_integer_sequence<int, 16> kAll;
  const auto mix = [=]<bool kUpper>(std::bool_constant<kUpper>, Pack a, Pack b) {
    return interleave<std::uint8_t, kUpper>(a, b, kAll);
  };
  constexpr std::false_type kLower;
  constexpr std::true_type kUpper;
  const std::uint32_t flips = bias_ != 0 ? kSigns : 0;
  const auto flip = reinterpret_cast<Pack>(Words{flips, flips, flips, flips});
  const std::int64_t step = lines_.depth_step;
  std::vector<std::byte*> places;  // of the first group of every fourth line
  for (std::int64_t line = part.line; line < part.end_line; line += 4) {
    places.push_back(place(memory, line, 0));
  }
  for (std::int64_t group = part.group; group < part.end_group; ++group) {
    const std::int64_t down = 4 * width_ * group;
    const auto* from =
        reinterpret_cast<const std::byte*>(lines_.data + 4 * group * step + part.line);
    for (std::size_t i = 0; i < places.size(); i += 4, from += kLines) {
      for (int k = 0; k < 4; ++k) __builtin_prefetch(from + (kAhead + k) * step);
      const Pack a = load<Pack>(from), b = load<Pack>(from + step);
      const Pack c = load<Pack>(from + 2 * step), d = load<Pack>(from + 3 * step);
      const Pack ac = mix(kLower, a, c) ^ flip, bd = mix(kLower, b, d) ^ flip;
      const Pack upper_ac = mix(kUpper, a, c) ^ flip, upper_bd = mix(kUpper, b, d) ^ flip;
      store(places[i] + down, mix(kLower, ac, bd));
      store(places[i + 1] + down, mix(kUpper, ac, bd));
      store(places[i + 2] + down, mix(kLower, upper_ac, upper_bd));
      store(places[i + 3] + down, mix(kUpper, upper_ac, upper_bd));
    }
  }
}

void Panels::sum(const std::byte* panel, std::uint32_t* sums) const {
  // Bytes are summed two to a word of 32 bits, of which each has room for 128 groups. Signed ones
  // are summed with 128 added.
  constexpr std::int64_t kRoom = 128;
  constexpr std::uint32_t kHalves = 0x00FF00FF;
  constexpr std::int64_t kMostLines = 64;
  const bool is_signed = number_ == PanelNumber::signed_byte;
  const std::uint32_t flip = is_signed ? kSigns : 0;
  const auto* const words = reinterpret_cast<const std::uint32_t*>(panel);
  std::fill_n(sums, width_, is_signed ? static_cast<std::uint32_t>(-4 * 128 * groups_) : 0u);
  for (std::int64_t top = 0; top < groups_; top += kRoom) {
    std::uint32_t halves[kMostLines] = {};
    for (std::int64_t group = top; group < std::min(top + kRoom, groups_); ++group) {
      for (std::int64_t line = 0; line < width_; ++line) {
        const std::uint32_t word = words[group * width_ + line] ^ flip;
        halves[line] += (word & kHalves) + (word >> 8 & kHalves);
      }
    }
    for (std::int64_t line = 0; line < width_; ++line) {
      sums[line] += (halves[line] & 0xFFFF) + (halves[line] >> 16);
    }
  }
}

}  // namespace loom::native
