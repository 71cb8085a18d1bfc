#pragma once

#include "loom/gwas/output/association_file.h"

namespace loom::gwas {

class AssociationWriter::Format {
 public:
  virtual ~Format() = default;
  virtual void append(std::span<const Snp> snps, std::span<const AssociationRow> rows) = 0;
  virtual nlohmann::json checkpoint() = 0;
  virtual void commit() = 0;
};

/// Rows as a Parquet file: text as UTF-8 strings, other columns as INT64 and DOUBLE. Throws
/// IoError.
std::unique_ptr<AssociationWriter::Format> make_parquet_format(
    const std::filesystem::path& file, std::vector<AssociationColumn> columns);
/// The same for AssociationWriter::resumable.
std::unique_ptr<AssociationWriter::Format> resume_parquet_format(
    const std::filesystem::path& file, std::vector<AssociationColumn> columns,
    const nlohmann::json& state);

}  // namespace loom::gwas
