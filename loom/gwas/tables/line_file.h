#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "loom/support/file.h"

namespace loom::gwas {

/// The lines of a text file that may be gone over again and again: mapped, or decompressed into
/// memory. Blank lines at its end are left out.
class LineFile {
 public:
  /// Throws IoError where it cannot be read.
  explicit LineFile(std::filesystem::path path);
  LineFile(const LineFile&) = delete;
  LineFile& operator=(const LineFile&) = delete;

  const std::filesystem::path& path() const { return path_; }
  /// Lines behind the header.
  std::int64_t count() const { return count_; }
  /// The next line, with the '\r' of its end if it has one; there must be one.
  std::string_view next();
  /// Number of the line that `next` gave last, from 1, in the file.
  std::int64_t line_number() const { return header_lines_ + line_; }
  /// Makes line `index`, from 0, the next one.
  void seek(std::int64_t index);
  /// Makes a header of all lines that were given so far; `seek` and `count` forget them.
  void end_header();

 private:
  std::filesystem::path path_;
  MappedFile mapped_;    ///< of a plain file
  std::string content_;  ///< of a compressed one
  std::string_view text_;
  std::int64_t count_ = 0;
  std::int64_t header_lines_ = 0;
  std::int64_t line_ = 0;  ///< lines before `rest_`
  std::string_view rest_;
};

}  // namespace loom::gwas
