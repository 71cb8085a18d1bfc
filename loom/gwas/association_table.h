#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "loom/array/array.h"
#include "loom/gwas/association_file.h"

namespace loom::gwas {

/// The results of a scan in memory, a column for each thing known of a SNP. The columns are those
/// of an association file: four of text, which `snps` has, and numbers as arrays.
class AssociationTable {
 public:
  /// An empty table. Throws ValueError for a test that does not exist.
  explicit AssociationTable(LmmTest test);

  /// Adds rows; `row.snp` counts in `snps`.
  void append(const std::vector<Snp>& snps, std::span<const AssociationRow> rows);

  LmmTest test() const { return test_; }
  std::int64_t size() const { return std::ssize(columns_->snps); }
  /// The SNP of each row.
  const std::vector<Snp>& snps() const { return columns_->snps; }
  /// "ps", "n_miss", "af" and the statistics of the test, in the order of an association file.
  std::vector<std::string> numeric_names() const;
  /// A column of numbers: int64 for "ps" and "n_miss", else float64. It shares the table's memory
  /// and is what it is, whatever is appended later. Throws ValueError for another name.
  Array column(std::string_view name) const;
  /// Writes the association file that the scan would have written. Throws IoError.
  void write(const std::filesystem::path& file) const;

 private:
  struct Columns {
    std::vector<Snp> snps;
    std::vector<std::int64_t> positions;
    std::vector<std::int64_t> missing;
    std::vector<double> frequencies;
    std::vector<std::vector<double>> statistics;
  };
  template <class T>
  Array share(std::vector<T>& column) const;

  LmmTest test_;
  std::span<const AssociationStatistic> statistics_;
  std::shared_ptr<Columns> columns_;
};

}  // namespace loom::gwas
