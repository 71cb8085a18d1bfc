#pragma once

#include <cmath>
#include <random>

#include "loom/gwas/genotypes/hard_calls.h"

// Genotypes for the tests of what takes hard calls.
namespace loom::gwas {

/// Random calls of p SNPs in n samples with means that are not those of the calls, as where other
/// samples count, too. `missing` is the share of missing genotypes.
inline HardCalls random_calls(std::mt19937_64& random, std::int64_t p, std::int64_t n,
                              double missing) {
  HardCalls calls{Array::empty({p, n}, DType::uint8), {}, {0}, {}};
  auto* call = calls.calls.data<std::uint8_t>();
  std::bernoulli_distribution lost(missing);
  for (std::int64_t snp = 0; snp < p; ++snp) {
    calls.means.push_back(std::uniform_real_distribution<double>(0, 2)(random));
    std::binomial_distribution<int> copies(2, calls.means.back() / 2);
    for (std::int64_t i = 0; i < n; ++i, ++call) {
      const bool is_lost = lost(random);
      *call = static_cast<std::uint8_t>(is_lost ? 0 : copies(random));
      if (is_lost) calls.missing_samples.push_back(static_cast<std::int32_t>(i));
    }
    calls.missing_begin.push_back(std::ssize(calls.missing_samples));
  }
  return calls;
}

/// Calls as random_calls has them, most of which, though, are nearly those of one of the three SNPs
/// before: up to the allele that is counted and one call of ten.
inline HardCalls related_calls(std::mt19937_64& random, std::int64_t p, std::int64_t n,
                               double missing) {
  HardCalls calls = random_calls(random, p, n, missing);
  auto* const rows = calls.calls.data<std::uint8_t>();
  std::bernoulli_distribution related(0.8), other_allele(0.5), own(0.1);
  for (std::int64_t snp = 3; snp < p; ++snp) {
    if (!related(random)) continue;
    const std::uint8_t* const earlier = rows + (snp - 1 - static_cast<int>(random() % 3)) * n;
    const bool swapped = other_allele(random);
    for (std::int64_t i = 0; i < n; ++i) {
      if (own(random)) continue;
      rows[snp * n + i] = static_cast<std::uint8_t>(swapped ? 2 - earlier[i] : earlier[i]);
    }
    for (const std::int32_t i : calls.missing(snp)) rows[snp * n + i] = 0;
  }
  return calls;
}

/// What calls stand for, SNP by SNP: g - m, 0 where missing. Rounded once.
inline std::vector<double> centred(const HardCalls& calls) {
  std::vector<double> values;
  const std::uint8_t* call = calls.calls.data<std::uint8_t>();
  for (std::int64_t snp = 0; snp < calls.snps(); ++snp) {
    for (std::int64_t i = 0; i < calls.samples(); ++i) values.push_back(*call++ - calls.means[snp]);
    for (const std::int32_t i : calls.missing(snp)) values[snp * calls.samples() + i] = 0;
  }
  return values;
}

/// SNPs [first, end).
inline HardCalls some_of(const HardCalls& calls, std::int64_t first, std::int64_t end) {
  HardCalls part{calls.calls.slice_axis(0, first, end),
                 {calls.means.begin() + first, calls.means.begin() + end},
                 {},
                 {}};
  const std::int64_t before = calls.missing_begin[first];
  for (std::int64_t snp = first; snp <= end; ++snp) {
    part.missing_begin.push_back(calls.missing_begin[snp] - before);
  }
  part.missing_samples.assign(calls.missing_samples.begin() + before,
                              calls.missing_samples.begin() + calls.missing_begin[end]);
  return part;
}

}  // namespace loom::gwas
