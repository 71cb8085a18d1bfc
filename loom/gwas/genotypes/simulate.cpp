#include "loom/gwas/genotypes/simulate.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "loom/dispatch/memory_plan.h"
#include "loom/gwas/genotypes/genotype_counts.h"
#include "loom/support/error.h"
#include "loom/support/file.h"
#include "loom/support/philox.h"
#include "loom/support/threads.h"

namespace loom::gwas {
namespace {

/// What random numbers are drawn for. Each purpose has streams of its own, so that one never
/// disturbs another.
enum class Purpose : std::uint64_t { genotypes, site, causal, effect, noise };

/// The counter of a stream: `index` says which SNP or sample it is for.
std::uint64_t stream_id(Purpose purpose, std::int64_t index) {
  return static_cast<std::uint64_t>(purpose) << 56 | static_cast<std::uint64_t>(index);
}

/// Numbers drawn one after the other from one stream.
class Stream {
 public:
  Stream(std::uint64_t seed, Purpose purpose, std::int64_t index)
      : seed_(seed), id_(stream_id(purpose, index)) {}

  std::uint64_t bits() {
    if (used_ == 4) {
      block_ = Philox4x32::block(id_, counter_++, seed_);
      used_ = 0;
    }
    const std::uint64_t low = block_[used_];
    const std::uint64_t high = block_[used_ + 1];
    used_ += 2;
    return high << 32 | low;
  }
  /// Uniform on (0, 1), in steps of 2^-53 and never an end.
  double uniform() { return (static_cast<double>(bits() >> 11) + 0.5) * 0x1p-53; }
  /// Uniform on 0 ... count - 1, to 2^-53.
  std::int64_t below(std::int64_t count) {
    return static_cast<std::int64_t>(uniform() * static_cast<double>(count));
  }
  /// Standard normal (Box and Muller).
  double normal() {
    const double radius = std::sqrt(-2 * std::log(uniform()));
    return radius * std::cos(2 * std::numbers::pi * uniform());
  }

 private:
  std::uint64_t seed_;
  std::uint64_t id_;
  std::uint64_t counter_ = 0;
  Philox4x32::Block block_{};
  std::size_t used_ = 4;
};

/// The logarithm of a Gamma(shape, 1) number (Marsaglia and Tsang, ACM TOMS 26, 2000). Its
/// logarithm because small shapes give numbers below the range of a double.
double log_gamma_variate(Stream& stream, double shape) {
  // Gamma(a) = Gamma(a + 1) U^(1/a).
  if (shape < 1) {
    const double boost = std::log(stream.uniform()) / shape;
    return boost + log_gamma_variate(stream, shape + 1);
  }
  const double d = shape - 1.0 / 3;
  const double c = 1 / std::sqrt(9 * d);
  for (;;) {
    const double x = stream.normal();
    const double v = (1 + c * x) * (1 + c * x) * (1 + c * x);
    if (v > 0 && std::log(stream.uniform()) < x * x / 2 + d - d * v + d * std::log(v)) {
      return std::log(d) + std::log(v);
    }
  }
}

double beta_variate(Stream& stream, double a, double b) {
  const double log_x = log_gamma_variate(stream, a);
  const double log_y = log_gamma_variate(stream, b);
  return 1 / (1 + std::exp(log_y - log_x));
}

/// What is the same for all samples of a SNP, apart from the population they belong to.
struct Site {
  char allele1;
  char allele0;
  std::vector<double> frequencies;  ///< of allele1 in each population
};

/// Makes the genotypes of any SNP, in any order.
class GenotypeSource {
 public:
  explicit GenotypeSource(const SimulateOptions& options) : options_(options) {
    for (std::int64_t i = 0; i < options.samples; ++i) {
      population_.push_back(static_cast<std::uint16_t>(i * options.populations / options.samples));
    }
  }

  std::int64_t row_bytes() const { return (options_.samples + 3) / 4; }
  std::int64_t population(std::int64_t sample) const {
    return population_[static_cast<std::size_t>(sample)];
  }

  Site site(std::int64_t snp) const {
    static constexpr std::array kBases = {'A', 'C', 'G', 'T'};
    Stream stream(options_.seed, Purpose::site, snp);
    const std::int64_t first = stream.below(4);
    const std::int64_t second = (first + 1 + stream.below(3)) % 4;
    Site site{
        kBases[static_cast<std::size_t>(first)], kBases[static_cast<std::size_t>(second)], {}};

    const double ancestral =
        options_.min_maf + (options_.max_maf - options_.min_maf) * stream.uniform();
    const double spread = (1 - options_.fst) / options_.fst;
    for (std::int64_t i = 0; i < options_.populations; ++i) {
      site.frequencies.push_back(
          options_.fst == 0 ? ancestral
                            : beta_variate(stream, ancestral * spread, (1 - ancestral) * spread));
    }
    return site;
  }

  /// Writes the packed genotypes of one SNP, row_bytes() of them.
  void pack(std::int64_t snp, std::uint8_t* row) const {
    std::vector<Bounds> bounds;
    for (const double frequency : site(snp).frequencies) bounds.push_back(bounds_of(frequency));
    const std::uint64_t stream = stream_id(Purpose::genotypes, snp);
    for (std::int64_t byte = 0; byte < row_bytes(); ++byte) {
      const auto random =
          Philox4x32::block(stream, static_cast<std::uint64_t>(byte), options_.seed);
      const std::int64_t samples = std::min<std::int64_t>(4, options_.samples - 4 * byte);
      unsigned packed = 0;
      for (std::int64_t i = 0; i < samples; ++i) {
        const Bounds& bound = bounds[population_[static_cast<std::size_t>(4 * byte + i)]];
        packed |= code(bound, random[static_cast<std::size_t>(i)]) << (2 * i);
      }
      row[byte] = static_cast<std::uint8_t>(packed);
    }
  }

 private:
  /// A uniform number of 32 bits below the first bound is a missing genotype, below the second one
  /// two copies of allele1, below the third one copy, else none.
  using Bounds = std::array<std::uint64_t, 3>;

  Bounds bounds_of(double frequency) const {
    const double missing = options_.missing_rate;
    const double two = missing + (1 - missing) * frequency * frequency;
    const double one = missing + (1 - missing) * frequency * (2 - frequency);
    const auto scaled = [](double chance) { return static_cast<std::uint64_t>(chance * 0x1p32); };
    return {scaled(missing), scaled(two), scaled(one)};
  }

  static unsigned code(const Bounds& bounds, std::uint32_t random) {
    constexpr unsigned kCodes = 0b11'10'00'01;  // none, one copy, two copies, missing
    const unsigned passed = (random >= bounds[0]) + (random >= bounds[1]) + (random >= bounds[2]);
    return kCodes >> (2 * passed) & 3;
  }

  SimulateOptions options_;
  std::vector<std::uint16_t> population_;
};

struct CausalSnp {
  std::int64_t snp;
  double effect;
};

/// `count` different SNPs, ascending (Floyd's way to sample without replacement).
std::set<std::int64_t> choose_causal(const SimulateOptions& options) {
  Stream stream(options.seed, Purpose::causal, 0);
  std::set<std::int64_t> chosen;
  for (std::int64_t i = options.snps - options.causal_snps; i < options.snps; ++i) {
    if (!chosen.insert(stream.below(i + 1)).second) chosen.insert(i);
  }
  return chosen;
}

/// Draws the effects and adds the genetic part to `phenotype`, which is zero.
std::vector<CausalSnp> add_genetic_part(const SimulateOptions& options,
                                        const GenotypeSource& source,
                                        std::vector<double>& phenotype) {
  const SampleSubset everyone = SampleSubset::all(options.samples);
  std::vector<std::uint8_t> row(static_cast<std::size_t>(source.row_bytes()));
  std::vector<double> genotypes(phenotype.size());
  std::vector<CausalSnp> causal;
  for (const std::int64_t snp : choose_causal(options)) {
    source.pack(snp, row.data());
    const GenotypeCounts counts = everyone.count(row);
    const double frequency = counts.allele1_frequency();
    const double variance = 2 * frequency * (1 - frequency);
    const double drawn = Stream(options.seed, Purpose::effect, snp).normal();
    // A SNP that happens not to vary has no effect that could be seen.
    const double effect = variance > 0 ? drawn / std::sqrt(variance) : 0;
    causal.push_back({snp, effect});
    everyone.decode(row, genotype_values(2 * frequency, 2 * frequency), genotypes.data());
    if (effect == 0) continue;
    for (std::size_t i = 0; i < phenotype.size(); ++i) phenotype[i] += effect * genotypes[i];
  }

  double variance = 0;  // the mean is zero: so is that of every SNP
  for (const double value : phenotype) variance += value * value;
  variance /= static_cast<double>(phenotype.size());
  const double scale = variance > 0 ? std::sqrt(options.heritability / variance) : 0;
  for (double& value : phenotype) value *= scale;
  for (CausalSnp& snp : causal) snp.effect *= scale;
  return causal;
}

void add_noise(const SimulateOptions& options, std::vector<double>& phenotype) {
  const double scale = std::sqrt(1 - options.heritability);
  for (std::size_t i = 0; i < phenotype.size(); ++i) {
    Stream stream(options.seed, Purpose::noise, static_cast<std::int64_t>(i));
    phenotype[i] += scale * stream.normal();
  }
}

std::string snp_name(std::int64_t snp) { return fmt::format("snp{}", snp + 1); }

/// Writes genotypes and the description of SNPs, block by block.
void write_snps(const SimulateOptions& options, const GenotypeSource& source, OutputFile& bed,
                OutputFile& bim) {
  constexpr std::int64_t kBlockBytes = std::int64_t{8} << 20;
  constexpr std::int64_t kBasesBetweenSnps = 1000;
  constexpr double kCentimorganPerBase = 1e-6;
  const std::int64_t chromosomes = std::min(options.chromosomes, options.snps);
  const std::int64_t row_bytes = source.row_bytes();
  const std::int64_t block_snps = std::clamp<std::int64_t>(kBlockBytes / row_bytes, 1, 1 << 14);
  std::vector<std::uint8_t> rows;
  std::vector<std::string> lines;

  bed.write(std::string_view("\x6c\x1b\x01"));
  for (std::int64_t first = 0; first < options.snps; first += block_snps) {
    const std::int64_t count = std::min(block_snps, options.snps - first);
    rows.resize(static_cast<std::size_t>(count * row_bytes));
    lines.resize(static_cast<std::size_t>(count));
    parallel_for(count, 1, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        const std::int64_t snp = first + i;
        source.pack(snp, rows.data() + i * row_bytes);
        const Site site = source.site(snp);
        const std::int64_t chromosome = snp * chromosomes / options.snps;
        const std::int64_t chromosome_start =
            (chromosome * options.snps + chromosomes - 1) / chromosomes;
        const std::int64_t position = (snp - chromosome_start + 1) * kBasesBetweenSnps;
        lines[static_cast<std::size_t>(i)] =
            fmt::format("{}\t{}\t{:g}\t{}\t{}\t{}\n", chromosome + 1, snp_name(snp),
                        static_cast<double>(position) * kCentimorganPerBase, position, site.allele1,
                        site.allele0);
      }
    });
    bed.write(std::as_bytes(std::span(rows)));
    for (const std::string& line : lines) bim.write(line);
  }
}

void require(bool good, const char* what, auto value) {
  if (!good) throw ValueError(fmt::format("[simulate] {}, not {}", what, value));
}

void check(const SimulateOptions& o) {
  constexpr std::int64_t kMost = 1'000'000'000'000;
  constexpr std::int64_t kMostPopulations = 65'536;
  require(o.samples >= 1 && o.samples <= kMost, "samples must be from 1 to 10^12", o.samples);
  require(o.snps >= 1 && o.snps <= kMost, "SNPs must be from 1 to 10^12", o.snps);
  require(o.chromosomes >= 1, "chromosomes must be at least 1", o.chromosomes);
  require(o.populations >= 1 && o.populations <= std::min(o.samples, kMostPopulations),
          "populations must be from 1 to the number of samples and 65536", o.populations);
  require(o.fst >= 0 && o.fst < 1, "Fst must be at least 0 and below 1", o.fst);
  require(o.min_maf > 0 && o.min_maf <= 0.5, "the lowest MAF must be above 0, at most 0.5",
          o.min_maf);
  require(o.max_maf >= o.min_maf && o.max_maf <= 0.5,
          "the highest MAF must be from the lowest MAF to 0.5", o.max_maf);
  require(o.missing_rate >= 0 && o.missing_rate < 1,
          "the missing rate must be at least 0 and below 1", o.missing_rate);
  require(o.heritability >= 0 && o.heritability <= 1, "the heritability must be from 0 to 1",
          o.heritability);
  require(o.causal_snps >= 0 && o.causal_snps <= o.snps,
          "causal SNPs must be from 0 to the number of SNPs", o.causal_snps);
  require(o.causal_snps > 0 || o.heritability == 0,
          "without causal SNPs the heritability must be 0", o.heritability);
  MemoryPlan(fmt::format("[simulate] {} samples with {} causal SNPs", o.samples, o.causal_snps))
      .add("phenotypes, genotypes and populations", (8 + 8 + 2) * o.samples)
      .add("causal SNPs", 64 * o.causal_snps)
      .check();
}

}  // namespace

void simulate(const std::string& prefix, const SimulateOptions& options) {
  check(options);
  OutputFile bed(prefix + ".bed");
  OutputFile bim(prefix + ".bim");
  OutputFile fam(prefix + ".fam");
  OutputFile causal_file(prefix + ".causal.txt");

  const GenotypeSource source(options);
  std::vector<double> phenotype(static_cast<std::size_t>(options.samples));
  const std::vector<CausalSnp> causal = add_genetic_part(options, source, phenotype);
  add_noise(options, phenotype);

  causal_file.write("id\teffect\n");
  for (const CausalSnp& snp : causal) {
    causal_file.write(fmt::format("{}\t{:.6g}\n", snp_name(snp.snp), snp.effect));
  }
  for (std::int64_t i = 0; i < options.samples; ++i) {
    fam.write(fmt::format("pop{}\tsample{}\t0\t0\t0\t{:.6f}\n", source.population(i) + 1, i + 1,
                          phenotype[static_cast<std::size_t>(i)]));
  }
  write_snps(options, source, bed, bim);
  bed.commit();
  bim.commit();
  fam.commit();
  causal_file.commit();
}

}  // namespace loom::gwas
