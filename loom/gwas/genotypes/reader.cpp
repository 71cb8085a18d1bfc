#include "loom/gwas/genotypes/reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "loom/gwas/genotypes/bed.h"
#include "loom/gwas/genotypes/bgen.h"
#include "loom/gwas/genotypes/bimbam.h"
#include "loom/gwas/genotypes/pgen.h"
#include "loom/gwas/genotypes/vcf.h"
#include "loom/support/error.h"

namespace loom::gwas {
namespace {

/// A format: the input that asks for it, and what opens it.
struct Format {
  std::string GenotypeInput::*input;
  std::unique_ptr<GenotypeReader> (*open)(const GenotypeInput& input);
};

constexpr Format kFormats[] = {
    {&GenotypeInput::bfile,
     [](const GenotypeInput& input) -> std::unique_ptr<GenotypeReader> {
       return std::make_unique<BedReader>(input.bfile);
     }},
    {&GenotypeInput::geno,
     [](const GenotypeInput& input) -> std::unique_ptr<GenotypeReader> {
       return std::make_unique<BimbamReader>(input.geno, input.annotation);
     }},
    {&GenotypeInput::vcf,
     [](const GenotypeInput& input) -> std::unique_ptr<GenotypeReader> {
       return std::make_unique<VcfReader>(input.vcf, input.dosage_field);
     }},
    {&GenotypeInput::pfile,
     [](const GenotypeInput& input) -> std::unique_ptr<GenotypeReader> {
       return std::make_unique<PgenReader>(input.pfile);
     }},
    {&GenotypeInput::bgen,
     [](const GenotypeInput& input) -> std::unique_ptr<GenotypeReader> {
       return std::make_unique<BgenReader>(input.bgen, input.sample, input.ref_first);
     }},
};

}  // namespace

std::vector<Phenotype> GenotypeReader::phenotypes(std::span<const std::int64_t>) const {
  throw ValueError(
      fmt::format("[phenotypes] {} has none: give a file of phenotypes", samples_file_));
}

std::vector<std::filesystem::path> GenotypeReader::files() const {
  throw Error(fmt::format("[genotypes] the files that go with {} are not known", samples_file_));
}
// As numbers, and once more packed or as dosages: see `block_of`.
std::int64_t GenotypeReader::bytes_per_snp() const { return 8 * sample_count(); }

ExpectedRows GenotypeReader::one_row_per_sample() const {
  return {sample_count(), fmt::format("one for each sample in {}", samples_file_)};
}

void GenotypeReader::set_samples(std::vector<Sample> samples, std::string samples_file) {
  samples_ = std::move(samples);
  samples_file_ = std::move(samples_file);
}

bool GenotypeInput::given() const {
  return std::ranges::any_of(
      kFormats, [this](const Format& format) { return !(this->*format.input).empty(); });
}

std::unique_ptr<GenotypeReader> open_genotypes(const GenotypeInput& input) {
  const Format* chosen = nullptr;
  for (const Format& format : kFormats) {
    if ((input.*format.input).empty()) continue;
    if (chosen != nullptr) throw ValueError("[genotypes] two data sets are given");
    chosen = &format;
  }
  if (chosen == nullptr) throw ValueError("[genotypes] no data set is given");
  if (!input.annotation.empty() && input.geno.empty()) {
    throw ValueError("[genotypes] an annotation goes with BIMBAM genotypes, not with others");
  }
  if (!input.dosage_field.empty() && input.vcf.empty()) {
    throw ValueError("[genotypes] a dosage field goes with a VCF file, not with others");
  }
  if ((!input.sample.empty() || input.ref_first) && input.bgen.empty()) {
    throw ValueError(
        "[genotypes] a .sample file and ref_first go with a .bgen file, not with another");
  }
  return chosen->open(input);
}

}  // namespace loom::gwas
