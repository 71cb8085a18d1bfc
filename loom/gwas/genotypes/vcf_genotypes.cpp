#include "loom/gwas/genotypes/vcf_genotypes.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <new>

namespace loom::gwas {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
/// What ends the values of a sample that has fewer than others (BCF2, section 6.3.3). The header
/// names it by a variable of the library.
constexpr std::uint32_t kVectorEnd = 0x7F800002;
constexpr const char* kProbabilities = "GP";
constexpr const char* kHaplotypes = "HDS";

bool is_haploid(const std::int32_t* genotype, int width) {
  return width == 1 || genotype[1] == bcf_int32_vector_end;
}

/// How many values a sample has of `width`.
int length(const float* values, int width) {
  const auto* end = std::find_if(values, values + width, [](float value) {
    return std::bit_cast<std::uint32_t>(value) == kVectorEnd;
  });
  return static_cast<int>(end - values);
}

/// htslib ends the process where numbers are asked of a field that a record has as anything else.
bool holds_numbers(const bcf_fmt_t& field) {
  constexpr int kTypes[] = {BCF_BT_INT8, BCF_BT_INT16, BCF_BT_INT32, BCF_BT_FLOAT};
  return std::ranges::count(kTypes, field.type) > 0;
}

}  // namespace

template <class T>
void VcfDecoder::fetch(bcf1_t* record, const char* field, int type, Values<T>& values,
                       Result& result) {
  constexpr int kOtherType = -2, kAbsent = -3;
  values.width = 0;
  const bcf_fmt_t* const found = hts_library().format_field(header_, record, field);
  if (found == nullptr) return;
  void* data = values.data;
  const int count =
      holds_numbers(*found)
          ? hts_library().format_values(header_, record, field, &data, &values.capacity, type)
          : kOtherType;
  values.data = static_cast<T*>(data);
  if (count == kAbsent) return;
  if (count == kOtherType) {
    result.problem = fmt::format("{} has another type than it should", field);
  } else if (count < 0) {
    throw std::bad_alloc();
  }
  values.width = std::max(count, 0) / bcf_hdr_nsamples(header_);
}

VcfDecoder::Result VcfDecoder::decode(bcf1_t* record, std::span<double> copies) {
  Result result;
  hts_library().unpack(record, BCF_UN_STR | BCF_UN_FMT);
  // A line of a VCF file that was cut off has none.
  if (record->n_sample != copies.size()) {
    result.problem = fmt::format("it has genotypes of {} samples, the header names {}",
                                 +record->n_sample, copies.size());
    return result;
  }
  result.biallelic = record->n_allele == 1 || record->n_allele == 2;
  if (!result.biallelic) return result;
  std::ranges::fill(copies, kMissing);
  fetch(record, "GT", BCF_HT_INT, genotypes_, result);
  if (genotypes_.width > 0) hard_calls(record, copies, result);
  if (!dosage_field_.empty() && result.problem.empty()) {
    fetch(record, dosage_field_.c_str(), BCF_HT_REAL, dosages_, result);
    if (dosages_.width > 0) dosages(copies, result);
  }
  result.has_genotypes = genotypes_.width > 0 || dosages_.width > 0;
  return result;
}

void VcfDecoder::hard_calls(const bcf1_t* record, std::span<double> copies, Result& result) const {
  for (std::size_t i = 0; i < copies.size(); ++i) {
    const std::int32_t* genotype = genotypes_.of(i);
    const bool haploid = is_haploid(genotype, genotypes_.width);
    if (genotypes_.width > 2 && !haploid && genotype[2] != bcf_int32_vector_end) {
      result.problem = fmt::format("sample {} has more than two alleles", header_->samples[i]);
      return;
    }
    const std::int32_t first = bcf_gt_allele(genotype[0]);
    const std::int32_t second = haploid ? first : bcf_gt_allele(genotype[1]);
    if (std::max(first, second) >= record->n_allele) {
      result.problem = fmt::format("sample {} has allele {}, which the variant lacks",
                                   header_->samples[i], std::max(first, second));
      return;
    }
    copies[i] = std::min(first, second) < 0 ? kMissing : first + second;
  }
}

/// The copies of a sample by the dosage field; NaN where it has none.
double VcfDecoder::dosage(std::size_t sample) const {
  const float* values = dosages_.of(sample);
  const int count = length(values, dosages_.width);
  const auto value = [&](int i) { return static_cast<double>(values[i]); };
  if (dosage_field_ == kProbabilities) {
    return count == 3 ? value(1) + 2 * value(2) : count == 2 ? 2 * value(1) : kMissing;
  }
  if (dosage_field_ == kHaplotypes) {
    return count == 2 ? value(0) + value(1) : count == 1 ? 2 * value(0) : kMissing;
  }
  if (count == 0) return kMissing;
  const bool haploid = genotypes_.width > 0 && is_haploid(genotypes_.of(sample), genotypes_.width);
  return haploid ? 2 * value(0) : value(0);
}

void VcfDecoder::dosages(std::span<double> copies, Result& result) const {
  const int most = dosage_field_ == kProbabilities ? 3 : dosage_field_ == kHaplotypes ? 2 : 1;
  if (dosages_.width > most) {
    result.problem = fmt::format("{} has {} values for a sample, expected at most {}",
                                 dosage_field_, dosages_.width, most);
    return;
  }
  for (std::size_t i = 0; i < copies.size(); ++i) {
    const double found = dosage(i);
    if (std::isnan(found)) continue;
    if (std::isinf(found)) {
      result.problem =
          fmt::format("the {} of sample {} is infinite", dosage_field_, header_->samples[i]);
      return;
    }
    if ((found < 0 || found > 2) && result.outside++ == 0) {
      result.first_outside = fmt::format("sample {}: {}", header_->samples[i], found);
    }
    copies[i] = found;
  }
}

}  // namespace loom::gwas
