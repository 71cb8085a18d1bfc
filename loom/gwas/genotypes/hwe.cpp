#include "loom/gwas/genotypes/hwe.h"

#include <algorithm>

namespace loom::gwas {

double hardy_weinberg_p(const GenotypeCounts& counts) {
  // Numbers of heterozygotes that are equally probable must all count, whatever rounding did.
  constexpr double kAsProbable = 1 + 1e-9;
  // Probabilities are relative to that of the observed number. They may overflow to infinity where
  // it is improbable beyond the range of a double; the p-value is then zero, as it should.
  double total = 1;
  double at_most_as_probable = 1;
  const auto add = [&](double probability) {
    total += probability;
    if (probability <= kAsProbable) at_most_as_probable += probability;
  };

  const auto start_het = static_cast<double>(counts.one);
  const auto start_two = static_cast<double>(counts.two);
  const auto start_zero = static_cast<double>(counts.zero);
  // Two heterozygotes fewer, one more of each homozygote.
  double probability = 1;
  for (double het = start_het, two = start_two, zero = start_zero; het >= 2;
       het -= 2, ++two, ++zero) {
    probability *= het * (het - 1) / (4 * (two + 1) * (zero + 1));
    add(probability);
  }
  // Two heterozygotes more, one fewer of each homozygote.
  probability = 1;
  for (double het = start_het, two = start_two, zero = start_zero; two >= 1 && zero >= 1;
       het += 2, --two, --zero) {
    probability *= 4 * two * zero / ((het + 2) * (het + 1));
    add(probability);
  }
  return std::min(at_most_as_probable / total, 1.0);
}

}  // namespace loom::gwas
