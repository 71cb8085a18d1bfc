#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "loom/gwas/genotypes/reader.h"
#include "loom/support/monitor.h"

// Hits of a scan in clumps: those that one strong hit explains by linkage.
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

struct Clump {
  Hit index;
  std::vector<Hit> members;  ///< by position; without the index SNP

  std::int64_t first() const;  ///< least position
  std::int64_t last() const;   ///< largest
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

/// What a file with these columns lacks for read_hits: the name of a column; empty = nothing.
std::string column_lacking(std::span<const std::string_view> header, const std::string& field);

/// What clumping found.
struct Clumps {
  std::vector<Clump> clumps;  ///< the smallest p first
  std::int64_t not_found =
      0;  ///< hits that are not in the data set by chromosome, name and position
};

/// Forms clumps as PLINK 1.9 does. The hit with the smallest p (of equal ones the first by
/// position) that is in no clump becomes the index SNP of one if its p is at most p1; its members
/// are the hits near it that are in no clump, with p below p2 and r2 with it above the threshold
/// (LinkedSnp::r2 among `samples`, rows of the data set). Reads the data set once and keeps the
/// genotypes of a region at a time; its SNPs are the steps of the phase "clumping". Throws what
/// reading does, CancelledError.
Clumps form_clumps(GenotypeReader& genotypes, std::span<const std::int64_t> samples,
                   std::vector<Hit> hits, const ClumpThresholds& thresholds,
                   const Monitor& monitor = {});

/// Writes a line for each clump: chr, rs, ps and p of the index SNP, the number of members, the
/// first and last position of the clump, and the members' names, separated by commas; tab separated
/// with a header line, "NONE" where there is no member. Throws IoError.
void write_clumps(const std::filesystem::path& file, std::span<const Clump> clumps);

}  // namespace loom::gwas
