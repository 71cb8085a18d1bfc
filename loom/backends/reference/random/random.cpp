#include "loom/backends/reference/random/random.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <numbers>
#include <numeric>
#include <tuple>
#include <type_traits>
#include <utility>

#include "loom/support/error.h"
#include "loom/support/philox.h"
#include "loom/support/threads.h"

namespace loom::reference {
namespace {

__extension__ typedef unsigned __int128 Uint128;

// The numbers are part of the streams.
enum class Stream : std::uint64_t {
  uniform64 = 0,
  uniform32 = 1,
  normal64 = 2,
  normal32 = 3,
  integers = 4,
  permutation = 5,
};

constexpr std::int64_t kGrain = 4096;

Philox4x32::Block block_of(Stream stream, std::uint64_t attempt, std::uint64_t position,
                           std::uint64_t seed) {
  return Philox4x32::block(static_cast<std::uint64_t>(stream) << 32 | attempt, position, seed);
}

// Bits 0 to 63 (half 0) or 64 to 127 (half 1) of a block.
std::uint64_t word64(const Philox4x32::Block& block, int half) {
  return std::uint64_t{block[2 * half + 1]} << 32 | block[2 * half];
}

// Fills `out` where `values(block)` gives the array of the elements that one block serves.
template <class T, class Values>
void fill_by_blocks(std::span<T> out, Stream stream, std::uint64_t seed, std::uint64_t offset,
                    Values values) {
  constexpr std::uint64_t kPerBlock = std::tuple_size_v<decltype(values(Philox4x32::Block{}))>;
  const auto fill_piece = [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end;) {
      const std::uint64_t position = offset + static_cast<std::uint64_t>(i);
      const auto lanes = values(block_of(stream, 0, position / kPerBlock, seed));
      for (std::uint64_t lane = position % kPerBlock; lane < kPerBlock && i < end; ++lane) {
        out[i++] = lanes[lane];
      }
    }
  };
  parallel_for(std::ssize(out), kGrain, fill_piece);
}

double unit_from_53_bits(std::uint64_t word) { return static_cast<double>(word >> 11) * 0x1p-53; }

// Two independent normals from `radius_uniform` on (0, 1] and `angle_uniform` on [0, 1). The angle
// is reduced by quarter turns before the multiplication with pi, so that values near the zeros of
// cosine and sine are accurate in the relative sense too, whoever computes them.
std::pair<double, double> box_muller(double radius_uniform, double angle_uniform) {
  const double radius = std::sqrt(-2.0 * std::log(radius_uniform));
  const double quarters = std::floor(4.0 * angle_uniform + 0.5);
  const double angle = (4.0 * angle_uniform - quarters) * (std::numbers::pi / 2.0);
  const double x = radius * std::cos(angle);
  const double y = radius * std::sin(angle);
  switch (static_cast<int>(quarters) & 3) {
    case 0:
      return {x, y};
    case 1:
      return {-y, x};
    case 2:
      return {-x, -y};
    default:
      return {y, -x};
  }
}

// Uniform on [0, range), or on all 64 bits where range is 0.
std::uint64_t bounded(Stream stream, std::uint64_t range, std::uint64_t seed,
                      std::uint64_t position) {
  if (range == 0) return word64(block_of(stream, 0, position, seed), 0);
  // 2^64 modulo range: draws whose low product falls below would favour some values.
  const std::uint64_t excess = (0 - range) % range;
  for (std::uint64_t attempt = 0;; ++attempt) {
    const Philox4x32::Block block = block_of(stream, attempt, position, seed);
    for (int half = 0; half < 2; ++half) {
      const Uint128 product = Uint128{word64(block, half)} * range;
      if (static_cast<std::uint64_t>(product) >= excess) {
        return static_cast<std::uint64_t>(product >> 64);
      }
    }
  }
}

}  // namespace

void fill_uniform(std::span<double> out, std::uint64_t seed, std::uint64_t offset) {
  fill_by_blocks(out, Stream::uniform64, seed, offset, [](const Philox4x32::Block& block) {
    return std::array{unit_from_53_bits(word64(block, 0)), unit_from_53_bits(word64(block, 1))};
  });
}

void fill_uniform(std::span<float> out, std::uint64_t seed, std::uint64_t offset) {
  fill_by_blocks(out, Stream::uniform32, seed, offset, [](const Philox4x32::Block& block) {
    std::array<float, 4> lanes;
    for (int i = 0; i < 4; ++i) lanes[i] = static_cast<float>(block[i] >> 8) * 0x1p-24f;
    return lanes;
  });
}

void fill_normal(std::span<double> out, std::uint64_t seed, std::uint64_t offset) {
  fill_by_blocks(out, Stream::normal64, seed, offset, [](const Philox4x32::Block& block) {
    const double radius_uniform = unit_from_53_bits(word64(block, 0)) + 0x1p-53;
    const auto [x, y] = box_muller(radius_uniform, unit_from_53_bits(word64(block, 1)));
    return std::array{x, y};
  });
}

void fill_normal(std::span<float> out, std::uint64_t seed, std::uint64_t offset) {
  fill_by_blocks(out, Stream::normal32, seed, offset, [](const Philox4x32::Block& block) {
    std::array<float, 4> lanes;
    for (int pair = 0; pair < 2; ++pair) {
      const double radius_uniform = (block[2 * pair] + 1.0) * 0x1p-32;
      const auto [x, y] = box_muller(radius_uniform, block[2 * pair + 1] * 0x1p-32);
      lanes[2 * pair] = static_cast<float>(x);
      lanes[2 * pair + 1] = static_cast<float>(y);
    }
    return lanes;
  });
}

template <class T>
void fill_integers(std::span<T> out, std::int64_t low, std::int64_t last, std::uint64_t seed,
                   std::uint64_t offset) {
  if (low > last) {
    throw ValueError(fmt::format("[integers] there are none from {} to {}", low, last));
  }
  if (!std::in_range<T>(low) || !std::in_range<T>(last)) {
    throw ValueError(fmt::format("[integers] values from {} to {} do not fit in {}int{}", low, last,
                                 std::is_signed_v<T> ? "" : "u", 8 * sizeof(T)));
  }
  const std::uint64_t first = static_cast<std::uint64_t>(low);
  const std::uint64_t range = static_cast<std::uint64_t>(last) - first + 1;
  parallel_for(std::ssize(out), kGrain, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const std::uint64_t position = offset + static_cast<std::uint64_t>(i);
      out[i] = static_cast<T>(first + bounded(Stream::integers, range, seed, position));
    }
  });
}

template void fill_integers(std::span<std::int8_t>, std::int64_t, std::int64_t, std::uint64_t,
                            std::uint64_t);
template void fill_integers(std::span<std::int16_t>, std::int64_t, std::int64_t, std::uint64_t,
                            std::uint64_t);
template void fill_integers(std::span<std::int32_t>, std::int64_t, std::int64_t, std::uint64_t,
                            std::uint64_t);
template void fill_integers(std::span<std::int64_t>, std::int64_t, std::int64_t, std::uint64_t,
                            std::uint64_t);
template void fill_integers(std::span<std::uint8_t>, std::int64_t, std::int64_t, std::uint64_t,
                            std::uint64_t);
template void fill_integers(std::span<std::uint16_t>, std::int64_t, std::int64_t, std::uint64_t,
                            std::uint64_t);
template void fill_integers(std::span<std::uint32_t>, std::int64_t, std::int64_t, std::uint64_t,
                            std::uint64_t);
template void fill_integers(std::span<std::uint64_t>, std::int64_t, std::int64_t, std::uint64_t,
                            std::uint64_t);

void fill_permutation(std::span<std::int64_t> out, std::uint64_t seed, std::uint64_t offset) {
  std::iota(out.begin(), out.end(), std::int64_t{0});
  for (std::uint64_t i = out.size(); i-- > 1;) {
    std::swap(out[i], out[bounded(Stream::permutation, i + 1, seed, offset + i)]);
  }
}

}  // namespace loom::reference
