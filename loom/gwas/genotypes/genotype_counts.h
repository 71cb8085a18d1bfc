#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace loom::gwas {

/// How often each genotype of a SNP occurs among some samples.
struct GenotypeCounts {
  std::int64_t two = 0;   ///< two copies of allele1
  std::int64_t one = 0;   ///< one copy
  std::int64_t zero = 0;  ///< none
  std::int64_t missing = 0;

  std::int64_t observed() const { return two + one + zero; }
  std::int64_t total() const { return observed() + missing; }
  std::int64_t allele1_copies() const { return 2 * two + one; }
  /// Frequency of allele1 among the samples that are not missing; NaN where all are.
  double allele1_frequency() const {
    return static_cast<double>(allele1_copies()) / (2.0 * static_cast<double>(observed()));
  }
  bool operator==(const GenotypeCounts&) const = default;
};

/// The value that each two-bit code of a .bed file stands for: 0 = two copies of allele1,
/// 1 = missing, 2 = one copy, 3 = none.
using GenotypeValues = std::array<double, 4>;

/// Copies of allele1, with `missing` in place of a missing genotype, all less `shift`: with both
/// the mean, a centred and imputed SNP, whose missing genotypes are exactly zero.
inline GenotypeValues genotype_values(double missing, double shift = 0) {
  return {2 - shift, missing - shift, 1 - shift, -shift};
}

/// Some of the samples of a data set, made ready for counting and decoding packed SNPs. The rows
/// passed to it are ceil(sample_count / 4) bytes each, as PlinkFiles::packed() gives them.
class SampleSubset {
 public:
  /// `samples`: rows of the data set, ascending and distinct. Throws ValueError where they are not.
  SampleSubset(std::int64_t sample_count, std::vector<std::int64_t> samples);
  /// All samples of a data set.
  static SampleSubset all(std::int64_t sample_count);

  std::int64_t size() const { return std::ssize(samples_); }
  std::span<const std::int64_t> samples() const { return samples_; }

  /// The genotypes of the subset in one packed SNP.
  GenotypeCounts count(std::span<const std::uint8_t> row) const;

  /// Writes the value of each sample of the subset in one packed SNP to `out`, size() numbers.
  void decode(std::span<const std::uint8_t> row, const GenotypeValues& values, double* out) const;

 private:
  std::int64_t sample_count_;
  std::vector<std::int64_t> samples_;
  /// Bit 2 * (i % 32) of word i / 32 is set where sample i is in the subset.
  std::vector<std::uint64_t> mask_;
};

}  // namespace loom::gwas
