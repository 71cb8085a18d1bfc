#pragma once

#include <filesystem>
#include <string>

#include "loom/gwas/output/association_summary.h"
#include "loom/gwas/output/manhattan_points.h"

// Pictures of association results, as PNG or SVG by the name of the file. They throw IoError, and
// ValueError for another name.
namespace loom::gwas {

/// Loads the library that draws, so that a long run knows at its start that it can have pictures.
/// Throws Error that names the package where it is missing.
void check_plotting();

/// -log10 p of every SNP along the genome, chromosomes in the order of the data, with a line at
/// 5e-8 and the names of the most significant SNPs of chromosomes that reach it.
void write_manhattan_plot(const std::filesystem::path& file, const ManhattanPoints& points,
                          const AssociationSummary& summary, const std::string& title);

/// P values against those that chance alone would give, both as -log10, with the region where 95 %
/// of independent tests would lie. The genomic inflation is in the title.
void write_quantile_plot(const std::filesystem::path& file, const AssociationSummary& summary,
                         const std::string& title);

}  // namespace loom::gwas
