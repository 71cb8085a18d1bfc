#include "loom/gwas/genotypes/linkage.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace loom::gwas {
namespace {

/// Shares of the haplotypes of all samples.
struct Haplotypes {
  double a, b;     ///< with allele 1 of the one SNP, of the other
  double known;    ///< known to have both
  double unknown;  ///< half of those of samples that are heterozygous in both

  /// Log-likelihood per haplotype where `both` have both alleles 1.
  double log_likelihood(const std::array<double, 4>& known_of_each, double both) const {
    const double shares[] = {both, a - both, b - both, 1 - a - b + both};
    double sum = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      if (known_of_each[i] > 0) sum += known_of_each[i] * std::log(std::max(shares[i], 1e-300));
    }
    if (unknown == 0) return sum;
    const double phases = shares[0] * shares[3] + shares[1] * shares[2];
    return sum + unknown * std::log(std::max(phases, 1e-300));
  }
};

/// The real roots of x^3 + a x^2 + b x + c, up to rounding; two of them may stand for a pair that
/// is not quite real.
std::vector<double> cubic_roots(double a, double b, double c) {
  const double q = (a * a - 3 * b) / 9;
  const double r = (2 * a * a * a - 9 * a * b + 27 * c) / 54;
  const double q3 = q * q * q;
  if (r * r >= q3) {
    const double u = -std::copysign(std::cbrt(std::abs(r) + std::sqrt(r * r - q3)), r);
    const double v = u == 0 ? 0 : q / u;
    return {u + v - a / 3, -(u + v) / 2 - a / 3};
  }
  const double angle = std::acos(r / std::sqrt(q3));
  std::vector<double> roots;
  for (const int k : {0, 1, -1}) {
    roots.push_back(-2 * std::sqrt(q) * std::cos((angle + 2 * std::numbers::pi * k) / 3) - a / 3);
  }
  return roots;
}

/// The share of haplotypes with both alleles that is most likely.
double most_likely(const Haplotypes& h, const std::array<double, 4>& known_of_each) {
  const double least = std::max({h.known, h.a + h.b - 1, 0.0});
  const double most = std::min({h.known + h.unknown, h.a, h.b});
  if (!(least < most)) return least;
  // Where expectation and maximisation stand still: (x - known) (x z + y) = unknown x z with
  // z = 1 - a - b + x and y = (a - x) (b - x).
  const double s = 1 - h.a - h.b, t = 1 - 2 * h.a - 2 * h.b;
  std::vector<double> candidates =
      cubic_roots((t - 2 * h.known - h.unknown) / 2, (h.a * h.b - h.known * t - h.unknown * s) / 2,
                  -h.known * h.a * h.b / 2);
  candidates.insert(candidates.end(), {least, most});
  double best = least, value = -std::numeric_limits<double>::infinity();
  for (const double candidate : candidates) {
    const double x = std::clamp(candidate, least, most);
    const double l = h.log_likelihood(known_of_each, x);
    if (l > value) {
      value = l;
      best = x;
    }
  }
  return best;
}

}  // namespace

double haplotype_r2(const std::array<std::int64_t, 9>& counts) {
  std::array<double, 9> n;
  std::ranges::transform(counts, n.begin(), [](std::int64_t c) { return static_cast<double>(c); });
  double samples = 0;
  for (const double c : n) samples += c;
  if (samples == 0) return 0;
  const double all = 2 * samples;
  // Haplotypes whose alleles are known, by allele of the one and of the other SNP.
  const std::array<double, 4> known = {
      (2 * n[8] + n[7] + n[5]) / all, (2 * n[6] + n[7] + n[3]) / all,
      (2 * n[2] + n[5] + n[1]) / all, (2 * n[0] + n[1] + n[3]) / all};
  const double unknown = n[4] / all;
  const Haplotypes h{known[0] + known[1] + unknown, known[0] + known[2] + unknown, known[0],
                     unknown};
  const double variance = h.a * (1 - h.a) * h.b * (1 - h.b);
  if (!(variance > 0)) return 0;
  const double excess = most_likely(h, known) - h.a * h.b;
  return std::min(1.0, excess * excess / variance);
}

LinkedSnp::LinkedSnp(const GenotypeBlock& block, std::int64_t snp) {
  const auto [kind, row] = block.places[static_cast<std::size_t>(snp)];
  if (kind == GenotypeKind::packed) {
    const std::uint8_t* from = block.packed.data<std::uint8_t>() + row * block.packed.strides()[0];
    packed_.assign(from, from + block.packed.shape(1));
  } else {
    const std::int64_t n = block.dosages.shape(1);
    const double* from = block.dosages.data<double>() + row * n;
    dosages_.assign(from, from + n);
  }
}

double LinkedSnp::copies(std::int64_t i) const {
  const auto at = static_cast<std::size_t>(i);
  if (packed_.empty()) return dosages_[at];
  constexpr double kCopies[] = {2, std::numeric_limits<double>::quiet_NaN(), 1, 0};
  return kCopies[packed_[at / 4] >> 2 * (at % 4) & 3];
}

double LinkedSnp::r2(const LinkedSnp& other, std::span<const std::int64_t> samples) const {
  if (!packed_.empty() && !other.packed_.empty()) {
    std::array<std::int64_t, 16> codes{};  // two bits of the one, two of the other
    for (const std::int64_t i : samples) {
      const auto at = static_cast<std::size_t>(i) / 4;
      const auto shift = 2 * (static_cast<unsigned>(i) % 4);
      ++codes[static_cast<std::size_t>((packed_[at] >> shift & 3) << 2 |
                                       (other.packed_[at] >> shift & 3))];
    }
    constexpr std::size_t kCodes[] = {3, 2, 0};  // of 0, 1 and 2 copies
    std::array<std::int64_t, 9> counts;
    for (std::size_t k = 0; k < 9; ++k) counts[k] = codes[kCodes[k / 3] << 2 | kCodes[k % 3]];
    return haplotype_r2(counts);
  }
  double count = 0, mean_x = 0, mean_y = 0, xx = 0, xy = 0, yy = 0;
  for (const std::int64_t i : samples) {
    const double x = copies(i), y = other.copies(i);
    if (std::isnan(x) || std::isnan(y)) continue;
    const double dx = x - mean_x, dy = y - mean_y;
    ++count;
    mean_x += dx / count;
    mean_y += dy / count;
    xx += dx * (x - mean_x);
    xy += dx * (y - mean_y);
    yy += dy * (y - mean_y);
  }
  return xx > 0 && yy > 0 ? std::min(1.0, xy * xy / (xx * yy)) : 0;
}

}  // namespace loom::gwas
