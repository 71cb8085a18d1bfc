#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

struct sqlite3;

namespace loom::gwas {

/// The index that `bgenix` makes of a .bgen file: an SQLite database that says where the variants
/// begin.
class BgiFile {
 public:
  /// `bgen` are the bytes of the file it should be the index of. Throws IoError where it cannot be
  /// read, or notes another size or beginning of that file than it has. The time of its last change
  /// is no reason, since copies have another.
  BgiFile(std::filesystem::path path, std::span<const std::byte> bgen);

  /// Where each variant begins in the .bgen file, ascending. Throws IoError.
  std::vector<std::int64_t> offsets() const;

 private:
  void check_metadata(std::span<const std::byte> bgen) const;

  std::filesystem::path path_;
  std::unique_ptr<sqlite3, int (*)(sqlite3*)> database_;
};

}  // namespace loom::gwas
