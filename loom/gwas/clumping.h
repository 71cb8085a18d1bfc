#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "loom/gwas/genotypes/reader.h"
#include "loom/gwas/hits.h"
#include "loom/support/monitor.h"

// Hits of a scan in clumps: those that one strong hit explains by linkage.
namespace loom::gwas {

struct Clump {
  Hit index;
  std::vector<Hit> members;  ///< by position; without the index SNP

  std::int64_t first() const;  ///< least position
  std::int64_t last() const;   ///< largest
};

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
