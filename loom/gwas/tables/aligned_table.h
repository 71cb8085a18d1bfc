#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "loom/gwas/tables/sample_match.h"
#include "loom/gwas/tables/text_table.h"
#include "loom/support/function_ref.h"

namespace loom::gwas {

/// A text table of phenotypes or covariates (compressed too), with the rows that belong to the
/// samples of a data set. Fields are separated by blanks or commas.
///
/// Where the first field of the first line is FID, #FID, IID or #IID, that line names the columns,
/// FID and IID name the sample of each row, and rows are matched to the data set by these names, in
/// any order (see `match_samples`). "NA" and "nan", in capitals or not, are missing then.
///
/// Otherwise there is no header, and the rows are those of the data set's samples in its order, as
/// GEMMA has it. Only "NA" is missing then.
class AlignedTable {
 public:
  /// `rows` is what a table without a header must have. Throws IoError for malformed lines, a
  /// sample or a column that is there twice, or a wrong number of rows; what match_samples throws.
  AlignedTable(std::filesystem::path file, const SampleList& data, const ExpectedRows& rows);
  AlignedTable(const AlignedTable&) = delete;
  AlignedTable& operator=(const AlignedTable&) = delete;

  const std::filesystem::path& path() const { return path_; }
  /// Whether the rows were found by the names of their samples.
  bool by_id() const { return ids_ > 0; }
  /// How many columns stand in the first line, without those of the names.
  std::int64_t columns() const { return columns_; }
  /// What they are called; empty names where there is no header.
  const std::vector<std::string>& names() const { return names_; }
  /// Where column `column`, from 1, stands in a row, from 0.
  std::int64_t field(std::int64_t column) const { return ids_ + column - 1; }
  bool is_missing(std::string_view field) const;

  /// Calls `visit` for each sample of the data set, in its order, with its row; nullptr where the
  /// table has none. The row lives until `visit` returns.
  void for_each_sample(FunctionRef<void(const TextRow* row)> visit) const;

  /// "pheno.txt: 3 of 1940 samples in data.fam are not in it, 5 of its 1942 rows are of others";
  /// empty where neither is so.
  std::string differences() const;

 private:
  struct Line {
    std::int64_t number;
    std::string_view text;
  };

  void read_header(const TextRow& row);
  Sample sample_of(const TextRow& row) const;
  void match(const SampleList& data);

  std::filesystem::path path_;
  std::string text_;
  std::vector<Line> lines_;  ///< of the rows
  std::int64_t ids_ = 0;     ///< fields that name the sample
  std::int64_t columns_ = 0;
  std::vector<std::string> names_;
  std::vector<std::int64_t> places_;  ///< in `lines_`, of each sample; -1 without a row
  std::string data_source_;
};

}  // namespace loom::gwas
