#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "loom/gwas/genotypes/snp.h"
#include "loom/gwas/genotypes/snp_filter.h"
#include "loom/support/file.h"

namespace loom::gwas {

/// Writes a line for every SNP that a filter drops: chr, rs, ps, the filter, the value that it
/// found and its threshold, tab separated, with a header line and "NA" where a filter compares no
/// numbers. Filters are called not_biallelic, not_listed, miss, maf, monomorphic, hwe and r2, most
/// of them after the options that set their thresholds.
class FilterReportWriter {
 public:
  /// Writes the header line. Throws IoError.
  FilterReportWriter(std::filesystem::path file, const SnpThresholds& thresholds);
  /// As OutputFile::resumable; with a header line where `position` is 0.
  static FilterReportWriter resumable(std::filesystem::path file, const SnpThresholds& thresholds,
                                      std::int64_t position = 0);

  /// `verdict` is not kept; `value` may be NaN.
  void add(const Snp& snp, SnpVerdict verdict, double value);
  std::int64_t checkpoint() { return output_.checkpoint(); }
  void commit() { output_.commit(); }

 private:
  struct Resumed {
    std::int64_t position;
  };
  FilterReportWriter(std::filesystem::path file, const SnpThresholds& thresholds, Resumed from);

  SnpThresholds thresholds_;
  OutputFile output_;
  std::string line_;
};

}  // namespace loom::gwas
