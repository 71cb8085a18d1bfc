#include "loom/gwas/genotypes/hard_calls.h"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <cstring>
#include <numeric>

#include "loom/support/error.h"
#include "loom/support/threads.h"

namespace loom::gwas {
namespace {

static_assert(std::endian::native == std::endian::little, "four calls are written as a word");

constexpr std::int64_t kSnpsPerPiece = 16;
/// What a missing genotype is until it is found.
constexpr std::uint8_t kMissing = 3;

/// The calls of the four samples of a byte.
constexpr std::array<std::uint32_t, 256> kCallsOfByte = [] {
  constexpr std::uint32_t kCallOfCode[] = {2, kMissing, 1, 0};
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    for (int i = 0; i < 4; ++i) table[byte] |= kCallOfCode[byte >> (2 * i) & 3] << (8 * i);
  }
  return table;
}();

/// Calls f(i) for each missing genotype i, ascending.
template <class F>
void for_each_missing(const std::uint8_t* calls, std::int64_t count, F f) {
  constexpr std::int64_t kWord = 8;
  const std::int64_t whole = count - count % kWord;
  for (std::int64_t i = 0; i < whole; i += kWord) {
    std::uint64_t word = 0;
    std::memcpy(&word, calls + i, kWord);
    // Only a missing genotype has both bits.
    for (std::uint64_t both = word & word >> 1 & 0x0101010101010101; both != 0; both &= both - 1) {
      f(i + std::countr_zero(both) / 8);
    }
  }
  for (std::int64_t i = whole; i < count; ++i) {
    if (calls[i] == kMissing) f(i);
  }
}

struct Counts {
  std::int64_t copies = 0, missing = 0;
};

Counts count_calls(const std::uint8_t* calls, std::int64_t count) {
  Counts counts;
  for_each_missing(calls, count, [&](std::int64_t) { ++counts.missing; });
  std::int64_t sum = 0;
  for (std::int64_t i = 0; i < count; ++i) sum += calls[i];
  counts.copies = sum - kMissing * counts.missing;
  return counts;
}

/// The calls of all samples of a row.
void unpack_row(const std::uint8_t* row, std::int64_t bytes, std::uint8_t* calls) {
  for (std::int64_t i = 0; i < bytes; ++i) {
    std::memcpy(calls + 4 * i, &kCallsOfByte[row[i]], sizeof(std::uint32_t));
  }
}

/// The calls of some samples.
void take(std::span<const std::int64_t> samples, const std::uint8_t* all, std::uint8_t* calls) {
  const auto n = static_cast<std::int64_t>(samples.size());
  if (n > 0 && samples.back() == n - 1) {  // ascending, so the first n
    std::memcpy(calls, all, samples.size());
    return;
  }
  for (std::int64_t i = 0; i < n; ++i) calls[i] = all[samples[i]];
}

void check_packed(const Array& packed, const SampleSubset& samples) {
  const std::span<const std::int64_t> list = samples.samples();
  const bool fits = packed.dtype() == DType::uint8 && packed.ndim() == 2 &&
                    packed.is_contiguous() && (list.empty() || list.back() < 4 * packed.shape(1));
  if (fits) return;
  throw ShapeError(fmt::format("[unpack_calls] rows of bytes with {} samples are needed, found {}",
                               list.empty() ? 0 : list.back() + 1, to_string(packed.layout())));
}

}  // namespace

HardCalls unpack_calls(const Array& packed, const SampleSubset& samples) {
  check_packed(packed, samples);
  const std::int64_t p = packed.shape(0), bytes = packed.shape(1), n = samples.size();
  HardCalls result{Array::empty({p, n}, DType::uint8),
                   std::vector<double>(p),
                   std::vector<std::int64_t>(p + 1),
                   {}};
  const auto* const rows = packed.view().as<const std::uint8_t>();
  auto* const calls = result.calls.data<std::uint8_t>();
  const auto for_each_snp = [&](auto body) {
    parallel_for(p, kSnpsPerPiece, [&](std::int64_t begin, std::int64_t end) {
      std::vector<std::uint8_t> all(4 * bytes);
      for (; begin < end; ++begin) body(begin, calls + begin * n, all.data());
    });
  };
  for_each_snp([&](std::int64_t snp, std::uint8_t* out, std::uint8_t* all) {
    unpack_row(rows + snp * bytes, bytes, all);
    take(samples.samples(), all, out);
    const Counts counts = count_calls(out, n);
    const std::int64_t observed = n - counts.missing;
    if (observed > 0) {
      result.means[snp] = static_cast<double>(counts.copies) / static_cast<double>(observed);
    }
    result.missing_begin[snp + 1] = counts.missing;
  });
  std::partial_sum(result.missing_begin.begin(), result.missing_begin.end(),
                   result.missing_begin.begin());
  result.missing_samples.resize(result.missing_begin.back());
  for_each_snp([&](std::int64_t snp, std::uint8_t* out, std::uint8_t*) {
    if (result.missing_begin[snp] == result.missing_begin[snp + 1]) return;
    std::int32_t* next = result.missing_samples.data() + result.missing_begin[snp];
    for_each_missing(out, n, [&](std::int64_t i) {
      *next++ = static_cast<std::int32_t>(i);
      out[i] = 0;
    });
  });
  return result;
}

}  // namespace loom::gwas
