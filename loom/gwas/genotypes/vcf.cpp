#include "loom/gwas/genotypes/vcf.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "loom/gwas/genotypes/vcf_file.h"
#include "loom/gwas/genotypes/vcf_genotypes.h"
#include "loom/support/error.h"
#include "loom/support/threads.h"

namespace loom::gwas {

VcfReader::VcfReader(std::filesystem::path path, std::string dosage_field)
    : path_(std::move(path)), dosage_field_(std::move(dosage_field)) {
  restart();
  check_fields();
  std::vector<Sample> samples;
  for (std::string& name : file_->sample_names()) samples.push_back({"", std::move(name)});
  set_samples(std::move(samples), path_.string());
}

VcfReader::~VcfReader() = default;

void VcfReader::restart() {
  file_ = std::make_unique<VcfFile>(path_);
  without_genotypes_ = 0;
  outside_ = {};
}

/// Throws where the header shows that no variant will have genotypes.
void VcfReader::check_fields() const {
  const std::vector<std::string> fields = file_->format_fields();
  const std::string wanted = dosage_field_.empty() ? "GT" : dosage_field_;
  if (std::ranges::count(fields, wanted) > 0 || (fields.empty() && dosage_field_.empty())) return;
  throw IoError(fmt::format("{}: the header defines no field {} of samples; it has {}",
                            path_.string(), wanted,
                            fields.empty() ? "none" : fmt::format("{}", fmt::join(fields, ", "))));
}

GenotypeBlock VcfReader::read(std::int64_t count) {
  const Array copies = Array::empty({count, sample_count()});
  const auto biallelic = std::make_unique<bool[]>(static_cast<std::size_t>(count));
  std::vector<Snp> snps;
  while (std::ssize(snps) < count) {
    const std::int64_t first = std::ssize(snps), before = file_->position();
    const std::span<bcf1_t* const> records = file_->next(count - first);
    if (records.empty()) break;
    std::vector<VcfDecoder::Result> results(records.size());
    parallel_for(std::ssize(records), 1, [&](std::int64_t begin, std::int64_t end) {
      VcfDecoder decoder(file_->header(), dosage_field_);
      for (std::int64_t i = begin; i < end; ++i) {
        results[static_cast<std::size_t>(i)] =
            decoder.decode(records[static_cast<std::size_t>(i)],
                           {copies.data<double>() + (first + i) * sample_count(),
                            static_cast<std::size_t>(sample_count())});
      }
    });
    for (std::size_t i = 0; i < records.size(); ++i) {
      const VcfDecoder::Result& result = results[i];
      const Snp& snp = snps.emplace_back(file_->snp(records[i]));
      if (!result.problem.empty()) {
        throw IoError(fmt::format("{}: variant {} ({} at {}:{}): {}", path_.string(),
                                  before + static_cast<std::int64_t>(i) + 1, snp.id, snp.chromosome,
                                  snp.position, result.problem));
      }
      biallelic[snps.size() - 1] = result.biallelic;
      without_genotypes_ += !result.has_genotypes;
      if (result.outside > 0) {
        outside_.add(result.outside, fmt::format("{}, {}", snp.id, result.first_outside));
      }
    }
  }
  const std::size_t read = snps.size();
  return block_of(std::move(snps), copies, {biallelic.get(), read});
}

void VcfReader::seek(std::int64_t index) {
  if (index < file_->position()) restart();
  while (file_->position() < index && file_->skip()) {
  }
}

double VcfReader::fraction_read() const { return file_->fraction_read(); }

std::vector<std::string> VcfReader::warnings() const {
  std::vector<std::string> warnings = outside_.warnings(path_);
  if (without_genotypes_ > 0) {
    warnings.push_back(
        fmt::format("{}: {} variants have no genotypes: all samples count as missing",
                    path_.string(), without_genotypes_));
  }
  return warnings;
}

}  // namespace loom::gwas
