#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "loom/support/file.h"

// Parquet files (Apache Parquet format 2.10: flat tables of required columns in PLAIN encoding,
// pages compressed by zstd), as much of the format as results need.
namespace loom::gwas {

/// The values of a column: text is a BYTE_ARRAY of UTF-8, numbers are INT64 and DOUBLE.
using ParquetValues =
    std::variant<std::vector<std::string>, std::vector<std::int64_t>, std::vector<double>>;

struct ParquetColumn {
  std::string name;
  ParquetValues values;  ///< of the rows that are not yet written; says the type too

  std::int64_t size() const;
  /// The values, and back; see state.h.
  nlohmann::json state() const;
  void resume(const nlohmann::json& state);
};

/// Writes a table, a group of rows at a time.
class ParquetWriter {
 public:
  explicit ParquetWriter(const std::filesystem::path& file);
  /// A file that another process can go on with, as OutputFile::resumable describes: at `state`,
  /// which `checkpoint` returned, or from the beginning where that is null. Throws IoError.
  static ParquetWriter resumable(const std::filesystem::path& file, const nlohmann::json& state);

  /// Writes the values of `columns`, which have the same names and types in every call and as many
  /// values each, as one group of rows, and empties them. Throws IoError.
  void write_group(std::span<ParquetColumn> columns);
  /// Brings all groups to the disk and returns where to go on.
  nlohmann::json checkpoint();
  /// Ends the file; `columns` say the names and types where there was no group. Throws IoError.
  void commit(std::span<const ParquetColumn> columns);

 private:
  struct Chunk {
    std::int64_t offset = 0;
    std::int64_t plain_size = 0;  ///< with the page's header, as the next
    std::int64_t size = 0;
  };
  struct Group {
    std::int64_t rows = 0;
    std::vector<Chunk> chunks;
  };
  ParquetWriter(const std::filesystem::path& file, const nlohmann::json& state);
  std::string footer(std::span<const ParquetColumn> columns) const;
  void write(std::string_view bytes);

  OutputFile output_;
  std::int64_t position_ = 0;
  std::vector<Group> groups_;
};

}  // namespace loom::gwas
