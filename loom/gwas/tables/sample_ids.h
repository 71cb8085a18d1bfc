#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "loom/gwas/tables/sample.h"

// Who the rows of a matrix belong to, in a file beside it: a line "FID<tab>IID" for each row, as
// GCTA (.grm.id) and PLINK 2 (.rel.id) write them.
namespace loom::gwas {

/// Where the names of the rows of `matrix` stand: "out.cXX.id" for "out.cXX.npy" or
/// "out.cXX.txt.gz".
std::filesystem::path ids_file(const std::filesystem::path& matrix);

/// The file beside `matrix` that names its rows: "x.rel.id" as PLINK and GCTA have it, or
/// `ids_file`; nothing where there is neither.
std::optional<std::filesystem::path> find_ids_file(const std::filesystem::path& matrix);

/// Where the names of the rows of eigenvectors stand: "out.eigen.id" for "out.eigenU.txt".
std::filesystem::path eigen_ids_file(const std::filesystem::path& vectors);

/// Writes a line for each sample; "0" stands for a family that is empty. Throws IoError.
void write_ids(const std::filesystem::path& file, std::span<const Sample> samples);

/// The samples of `file`. A first line that begins with '#' is a header; a family "0" is empty, and
/// so is that of a line with one name. Throws IoError: "k.id: line 3: expected a family and a
/// sample, found 3 fields", "k.id: line 7: sample F1 I1 stands in line 2 already".
std::vector<Sample> read_ids(const std::filesystem::path& file);

}  // namespace loom::gwas
