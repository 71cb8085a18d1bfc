#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "loom/gwas/association_outputs.h"
#include "loom/gwas/eigen_folder.h"
#include "loom/gwas/genotypes/snp_selector.h"
#include "loom/gwas/model/coordinates.h"
#include "loom/gwas/model/decomposition.h"
#include "loom/gwas/model/null_model.h"
#include "loom/gwas/model/permutation_test.h"
#include "loom/gwas/model/rotated_model.h"
#include "loom/gwas/model/rotation.h"
#include "loom/gwas/model/scan.h"
#include "loom/gwas/runs.h"

namespace loom::gwas {

/// Centred SNPs of the cohort's `samples`, float64 (p, n); with an environment (2 p, n), each
/// followed by its product with that.
Array columns_of(const Cohort& cohort, const SnpChunk& chunk, const Array& samples);

/// How many columns a SNP has: 1, with an environment 2.
inline std::int64_t snp_columns(const Cohort& cohort) { return cohort.environment.empty() ? 1 : 2; }

/// Says in each row which SNP of the chunk it is about, with its missing genotypes and frequency.
void describe_snps(const SnpChunk& chunk, std::span<AssociationRow> rows);

/// One phenotype's way through the scan.
class TraitScan {
 public:
  /// Fits the null model. `trait` must outlive this. Throws what lambda_grid and fit_null_model do.
  TraitScan(const Cohort& cohort, const Trait& trait, const Coordinates& coordinates,
            const LmmOptions& options);

  /// Tests rotated SNPs, float64 (p, n); `chunk` says which they are. `row.snp` counts in the
  /// chunk.
  std::vector<AssociationRow> test(const SnpChunk& chunk, const Array& x);

  const Trait& trait() const { return trait_; }
  const RotatedModel& model() const { return model_; }
  const NullModel& null() const { return null_; }
  /// The same SNPs with permutations of the phenotype, where those are asked for.
  const std::optional<PermutationTest>& permutations() const { return permutations_; }
  const ScanOutcomes& outcomes() const { return outcomes_; }
  /// Goes on counting from there.
  void resume(const ScanOutcomes& outcomes) { outcomes_ = outcomes; }

 private:
  const Trait& trait_;
  RotatedModel model_;
  LambdaGrid grid_;
  NullModel null_;
  Scan scan_;
  std::optional<PermutationTest> permutations_;
  ScanOutcomes outcomes_;
};

/// The phenotypes of one cohort, which share its decomposition and every rotated SNP.
class CohortScan {
 public:
  /// What is passed by reference must outlive this.
  CohortScan(const Study& study, const Cohort& cohort, KeptDecomposition kept,
             const LmmOptions& options, DropSink drops);

  /// Filters, rotates and tests the SNPs of a block.
  void test(const GenotypeBlock& block, AssociationOutputs& outputs);

  /// Goes on counting from there.
  void resume(const FilterReport& filter) { selector_.resume(filter); }

  const Cohort& cohort() const { return cohort_; }
  const SnpSelector& selector() const { return selector_; }
  /// SNPs of the kinship matrix, where it was computed.
  std::int64_t kinship_snps() const { return kinship_snps_; }
  std::span<const std::unique_ptr<TraitScan>> traits() const { return traits_; }
  const Coordinates& coordinates() const { return coordinates_; }
  double rotation_seconds() const { return rotation_seconds_; }
  double search_seconds() const { return search_seconds_; }

 private:
  /// The SNPs in the coordinates of the model: float64 (p, k, m), or (p, m) where k is 1.
  Array rotated(const SnpChunk& chunk) const;
  Array rotated_genotypes(const SnpChunk& chunk) const;

  const Cohort& cohort_;
  std::int64_t kinship_snps_;
  Coordinates coordinates_;
  SnpSelector selector_;
  SampleSubset samples_;
  std::optional<Rotation> rotation_;  ///< where the coordinates are complete
  std::vector<std::unique_ptr<TraitScan>> traits_;
  double rotation_seconds_ = 0;
  double search_seconds_ = 0;
};

}  // namespace loom::gwas
