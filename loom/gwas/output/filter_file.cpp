#include "loom/gwas/output/filter_file.h"

#include <array>
#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

#include "loom/gwas/tables/number_text.h"

namespace loom::gwas {
namespace {

constexpr std::string_view kHeader = "chr\trs\tps\tfilter\tvalue\tthreshold\n";

struct Filter {
  std::string_view name;
  double SnpThresholds::*threshold = nullptr;
};

Filter filter_of(SnpVerdict verdict) {
  switch (verdict) {
    case SnpVerdict::kept:
      return {"kept"};
    case SnpVerdict::not_biallelic:
      return {"not_biallelic"};
    case SnpVerdict::other_chromosome:
      return {"chromosome"};
    case SnpVerdict::not_listed:
      return {"not_listed"};
    case SnpVerdict::missing:
      return {"miss", &SnpThresholds::max_missing};
    case SnpVerdict::frequency:
      return {"maf", &SnpThresholds::min_maf};
    case SnpVerdict::monomorphic:
      return {"monomorphic"};
    case SnpVerdict::hardy_weinberg:
      return {"hwe", &SnpThresholds::min_hwe_p};
    case SnpVerdict::collinear:
      return {"r2", &SnpThresholds::max_r2};
  }
  return {"unknown"};
}

void append_number(std::string& text, double value) {
  std::array<char, kNumberRoom> digits;
  if (std::isnan(value)) {
    text += "\tNA";
  } else {
    (text += '\t').append(digits.data(), write_ten_digits(digits.data(), value));
  }
}

}  // namespace

FilterReportWriter::FilterReportWriter(std::filesystem::path file, const SnpThresholds& thresholds)
    : thresholds_(thresholds), output_(std::move(file)) {
  output_.write(kHeader);
}

FilterReportWriter::FilterReportWriter(std::filesystem::path file, const SnpThresholds& thresholds,
                                       Resumed from)
    : thresholds_(thresholds), output_(OutputFile::resumable(std::move(file), from.position)) {
  if (from.position == 0) output_.write(kHeader);
}

FilterReportWriter FilterReportWriter::resumable(std::filesystem::path file,
                                                 const SnpThresholds& thresholds,
                                                 std::int64_t position) {
  return {std::move(file), thresholds, Resumed{position}};
}

void FilterReportWriter::add(const Snp& snp, SnpVerdict verdict, double value) {
  const Filter filter = filter_of(verdict);
  ((line_ = snp.chromosome) += '\t') += snp.id;
  (line_ += '\t') += std::to_string(snp.position);
  (line_ += '\t') += filter.name;
  append_number(line_, value);
  append_number(line_, filter.threshold != nullptr ? thresholds_.*filter.threshold
                                                   : std::numeric_limits<double>::quiet_NaN());
  output_.write(line_ += '\n');
}

}  // namespace loom::gwas
