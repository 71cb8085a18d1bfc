#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>

#include "loom/gwas/genotypes/snp.h"

namespace loom::gwas {

/// Where SNPs lie: a table of name, position in base pairs, chromosome and, in a fourth column that
/// may be missing, centimorgans, without a header, between blanks or commas. `NA` means unknown. Of
/// lines with the same name the last counts, as in GEMMA.
class Annotation {
 public:
  /// Knows no SNP.
  Annotation() = default;
  /// Throws IoError that names file, line and field: a line of fewer than three fields, a position
  /// or a distance that is no number.
  explicit Annotation(const std::filesystem::path& file);
  Annotation(Annotation&&) = delete;  // `places_` views `text_`

  /// Sets chromosome, position and centimorgans of the SNP with this name; to -9, as GEMMA has it,
  /// what is not known.
  void locate(Snp& snp) const;

 private:
  struct Place {
    std::string_view chromosome = "-9";
    std::int64_t position = -9;
    double centimorgan = -9;
  };

  std::string text_;
  std::unordered_map<std::string_view, Place> places_;
};

}  // namespace loom::gwas
