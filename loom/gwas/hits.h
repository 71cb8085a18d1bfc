#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "loom/gwas/output/association_table.h"

// SNPs that a scan found, out of its results.
namespace loom::gwas {

/// The names and defaults of `plink --clump`, but for the first.
struct ClumpThresholds {
  double p1 = 5e-8;  ///< most that the p of an index SNP may be
  double p2 = 0.01;  ///< the p of a member is below
  double r2 = 0.5;   ///< the r2 of a member with the index SNP is above
  double kb = 250;   ///< a member is nearer than this, in thousands of base pairs
};

/// A SNP with its p value.
struct Hit {
  std::string chromosome;
  std::string id;
  std::int64_t position = 0;
  double p = 1;
  double log10p = 0;  ///< -log10 of it, also where it is below the smallest double
};

/// The hits of an association file that may matter: with p of at most p1 or below p2. The file is
/// tab or blank separated, with a header line that names its columns: chromosome (chr, CHR,
/// #CHROM), name (rs, SNP, ID), position (ps, BP, POS) and p, which is `field`, or where that is
/// empty the first of p_wald, p_lrt, p_score, P and log10p_wald, log10p_lrt, log10p_score that is
/// there; a column whose name begins with "log10p" is -log10 of p. Lines without a p or a position
/// are left out. Throws IoError: "result.assoc.txt: there is no column 'p_wald'; there are chr, rs,
/// ...".
std::vector<Hit> read_hits(const std::filesystem::path& file, const std::string& field,
                           const ClumpThresholds& thresholds);

/// The same of results in memory; `field` is a column of p values. Throws ValueError for another.
std::vector<Hit> hits_of(const AssociationTable& table, const std::string& field,
                         const ClumpThresholds& thresholds);

/// What a file with these columns lacks for read_hits: the name of a column; empty = nothing.
std::string column_lacking(std::span<const std::string_view> header, const std::string& field);

}  // namespace loom::gwas
