#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "loom/gwas/tables/aligned_table.h"
#include "loom/gwas/tables/phenotype.h"

namespace loom::gwas {

/// Which phenotypes are asked for.
struct PhenotypeChoice {
  std::vector<std::int64_t> numbers = {1};  ///< columns, from 1
  std::vector<std::string> names;           ///< instead of `numbers`, where there are any
  bool all = false;                         ///< instead of both
};

/// A phenotype by its column, from 1, and what that is called; empty without a name.
struct PhenotypeId {
  std::int64_t number = 1;
  std::string name;
};

/// "bmi", or "2" where the column has no name.
std::string label(const PhenotypeId& phenotype);

/// The phenotypes that `choice` asks for, in its order, of columns called `available`, some of
/// which may have no name. `source` is for messages. Throws ValueError for one that is asked for
/// twice or a column below 1, and where nothing has the name: "[phenotypes] nothing in pheno.txt is
/// called 'bmi': there are height, weight", "[phenotypes] the columns of data.fam have no names:
/// ask for them by number". A number above all columns is left to whoever reads them.
std::vector<PhenotypeId> choose_phenotypes(const PhenotypeChoice& choice,
                                           std::span<const std::string> available,
                                           const std::string& source);

/// Each of `phenotypes` for every sample of the data set that `table` was aligned to; NaN is
/// missing, and so is -9 in a table with a header, as PLINK 2 has it. Throws IoError that names
/// file, line and field for text, NaN, infinity and a line that is too short.
std::vector<Phenotype> read_phenotypes(const AlignedTable& table,
                                       std::span<const PhenotypeId> phenotypes);

}  // namespace loom::gwas
