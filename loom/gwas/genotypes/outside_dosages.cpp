#include "loom/gwas/genotypes/outside_dosages.h"

#include <fmt/format.h>

namespace loom::gwas {

void OutsideDosages::add(std::int64_t count, const std::string& first) {
  if (count_ == 0) first_ = first;
  count_ += count;
}

std::vector<std::string> OutsideDosages::warnings(const std::filesystem::path& file) const {
  if (count_ == 0) return {};
  return {fmt::format("{}: {} dosages are outside [0, 2], the first at {}", file.string(), count_,
                      first_)};
}

}  // namespace loom::gwas
