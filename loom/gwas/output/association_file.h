#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <vector>

#include "loom/gwas/output/association_columns.h"

namespace loom::gwas {

/// Writes association results: as a Parquet file where the name ends in ".parquet", else as text in
/// GEMMA's form, which is tab separated with a header line, `af` as "%.3f", every statistic as
/// "%.6e" and "nan" for NaN; compressed where the name ends in ".gz" or ".zst".
class AssociationWriter {
 public:
  /// Throws IoError.
  AssociationWriter(const std::filesystem::path& file, std::vector<AssociationColumn> columns);
  /// A file that another process can go on with, as OutputFile::resumable describes: at `state`,
  /// which `checkpoint` returned, or from the beginning where that is null. Throws IoError.
  static AssociationWriter resumable(const std::filesystem::path& file,
                                     std::vector<AssociationColumn> columns,
                                     const nlohmann::json& state = nullptr);
  ~AssociationWriter();
  AssociationWriter(AssociationWriter&& other) noexcept;

  /// Writes a line for each row; `row.snp` is one of `snps`.
  void append(std::span<const Snp> snps, std::span<const AssociationRow> rows);
  /// Brings all rows of a resumable file to the disk and returns where to go on.
  nlohmann::json checkpoint();
  /// Gives the file its final name. Without it no file is left, but for a resumable one that has a
  /// checkpoint.
  void commit();

  /// How rows are laid out in a file.
  class Format;

 private:
  explicit AssociationWriter(std::unique_ptr<Format> format);

  std::unique_ptr<Format> format_;
};

}  // namespace loom::gwas
