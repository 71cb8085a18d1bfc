#include "loom/gwas/genotypes/snp_list.h"

#include "loom/support/file.h"
#include "loom/support/text.h"

namespace loom::gwas {

std::unordered_set<std::string> read_snp_list(const std::filesystem::path& file) {
  const std::string text = read_text(file);
  std::unordered_set<std::string> names;
  LineReader lines(text);
  while (auto line = lines.next()) {
    const std::string_view name = next_field(*line, " \t,");
    if (!name.empty()) names.emplace(name);
  }
  return names;
}

}  // namespace loom::gwas
