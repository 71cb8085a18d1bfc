#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace loom::gwas {

/// Chromosomes by name, "chr" in front or not; default-constructed, it has all of them.
class ChromosomeList {
 public:
  ChromosomeList() = default;
  /// From names and ranges of numbers, as PLINK has them: "1-4,7,X". Throws ValueError:
  /// "[chromosomes] '4-1' is no range".
  explicit ChromosomeList(std::string_view text);

  bool contains(std::string_view chromosome) const;
  /// Empty = all.
  const std::vector<std::string>& names() const { return names_; }

 private:
  std::vector<std::string> names_;
};

}  // namespace loom::gwas
