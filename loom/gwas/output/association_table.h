#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "loom/array/array.h"
#include "loom/gwas/output/association_columns.h"

namespace loom::gwas {

/// The results of a scan in memory, a column for each thing known of a SNP. The columns are those
/// of an association file: of text, which `snps` has, and of numbers as arrays.
class AssociationTable {
 public:
  /// An empty table with GEMMA's columns of `analysis`. Throws ValueError for one that does not
  /// exist.
  explicit AssociationTable(const Analysis& analysis);

  /// Adds rows; `row.snp` counts in `snps`.
  void append(std::span<const Snp> snps, std::span<const AssociationRow> rows);

  std::int64_t size() const { return std::ssize(data_->snps); }
  /// The SNP of each row.
  const std::vector<Snp>& snps() const { return data_->snps; }
  /// The names of all columns, in the order of an association file.
  std::vector<std::string> names() const;
  /// Those of numbers: "ps", "n_miss", "af" and the statistics of the analysis.
  std::vector<std::string> numeric_names() const;
  /// A column of numbers: int64 for "ps" and the counts, else float64. It shares the table's memory
  /// and is what it is, whatever is appended later. Throws ValueError for another name.
  Array column(std::string_view name) const;
  /// Writes the association file that the scan would have written. Throws IoError.
  void write(const std::filesystem::path& file) const;

 private:
  using Values = std::variant<std::vector<std::int64_t>, std::vector<double>>;
  struct Data {
    std::vector<Snp> snps;
    std::vector<Values> values;  ///< of each column; empty where it is of text
  };
  AssociationRow row(std::int64_t index) const;

  std::vector<AssociationColumn> columns_;
  std::shared_ptr<Data> data_;
};

}  // namespace loom::gwas
