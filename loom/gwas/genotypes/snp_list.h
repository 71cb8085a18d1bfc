#pragma once

#include <filesystem>
#include <string>
#include <unordered_set>

namespace loom::gwas {

/// The names in a list of SNPs: the first word of every line that has one (.gz too). Throws
/// IoError.
std::unordered_set<std::string> read_snp_list(const std::filesystem::path& file);

}  // namespace loom::gwas
