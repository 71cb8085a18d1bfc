#include "loom/gwas/genotypes/genotype_counts.h"

#include <fmt/format.h>

#include <bit>
#include <cstring>
#include <numeric>

#include "loom/support/error.h"

namespace loom::gwas {
namespace {

static_assert(std::endian::native == std::endian::little, "packed rows are read as words");

constexpr std::int64_t kSamplesPerWord = 32;
constexpr std::int64_t kSamplesPerByte = 4;

/// Decodes samples [0, count) of `row`. Two at a time through a table of pairs: a table of whole
/// bytes would cost more to fill for each SNP than it saves.
void decode_all(const std::uint8_t* row, std::int64_t count, const GenotypeValues& values,
                double* out) {
  std::array<std::array<double, 2>, 16> pairs;
  for (std::size_t i = 0; i < pairs.size(); ++i) pairs[i] = {values[i & 3], values[i >> 2]};
  const std::int64_t whole_bytes = count / kSamplesPerByte;
  for (std::int64_t i = 0; i < whole_bytes; ++i) {
    std::memcpy(out + i * kSamplesPerByte, &pairs[row[i] & 15], sizeof(pairs[0]));
    std::memcpy(out + i * kSamplesPerByte + 2, &pairs[row[i] >> 4], sizeof(pairs[0]));
  }
  for (std::int64_t i = whole_bytes * kSamplesPerByte; i < count; ++i) {
    out[i] = values[row[whole_bytes] >> (2 * (i % kSamplesPerByte)) & 3];
  }
}

}  // namespace

SampleSubset::SampleSubset(std::int64_t sample_count, std::vector<std::int64_t> samples)
    : sample_count_(sample_count),
      samples_(std::move(samples)),
      mask_(static_cast<std::size_t>((sample_count + kSamplesPerWord - 1) / kSamplesPerWord)) {
  std::int64_t previous = -1;
  for (const std::int64_t sample : samples_) {
    if (sample <= previous || sample >= sample_count) {
      throw ValueError(
          fmt::format("[samples] a subset of {} samples must list them in ascending order: {} "
                      "after {}",
                      sample_count, sample, previous));
    }
    mask_[static_cast<std::size_t>(sample / kSamplesPerWord)] |=
        std::uint64_t{1} << (2 * (sample % kSamplesPerWord));
    previous = sample;
  }
}

SampleSubset SampleSubset::all(std::int64_t sample_count) {
  std::vector<std::int64_t> samples(static_cast<std::size_t>(sample_count));
  std::iota(samples.begin(), samples.end(), 0);
  return SampleSubset(sample_count, std::move(samples));
}

GenotypeCounts SampleSubset::count(std::span<const std::uint8_t> row) const {
  std::int64_t low_bits = 0;
  std::int64_t high_bits = 0;
  std::int64_t both_bits = 0;
  for (std::size_t i = 0; i < mask_.size(); ++i) {
    const std::size_t offset = i * sizeof(std::uint64_t);
    std::uint64_t word = 0;
    std::memcpy(&word, row.data() + offset, std::min(sizeof(word), row.size() - offset));
    const std::uint64_t low = word & mask_[i];
    const std::uint64_t high = word >> 1 & mask_[i];
    low_bits += std::popcount(low);
    high_bits += std::popcount(high);
    both_bits += std::popcount(low & high);
  }
  GenotypeCounts counts;
  counts.zero = both_bits;
  counts.missing = low_bits - both_bits;
  counts.one = high_bits - both_bits;
  counts.two = size() - counts.zero - counts.missing - counts.one;
  return counts;
}

void SampleSubset::decode(std::span<const std::uint8_t> row, const GenotypeValues& values,
                          double* out) const {
  if (size() == sample_count_) {
    decode_all(row.data(), sample_count_, values, out);
    return;
  }
  for (const std::int64_t sample : samples_) {
    const std::uint8_t byte = row[static_cast<std::size_t>(sample / kSamplesPerByte)];
    *out++ = values[byte >> (2 * (sample % kSamplesPerByte)) & 3];
  }
}

}  // namespace loom::gwas
