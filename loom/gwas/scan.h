#pragma once

#include <array>
#include <vector>

#include "loom/gwas/association_file.h"
#include "loom/gwas/null_model.h"
#include "loom/gwas/shared_forms.h"
#include "loom/gwas/snp_stream.h"

namespace loom::gwas {

/// Why statistics of a scan are NaN, and where searches ended.
struct ScanOutcomes {
  std::int64_t collinear = 0;  ///< SNPs that are a combination of the covariates
  /// Searches by LambdaOutcome.
  std::array<std::int64_t, kLambdaOutcomes> reml{};
  std::array<std::int64_t, kLambdaOutcomes> ml{};
};

/// Tests SNPs one by one in the mixed model y = W a + x b + u + e (Zhou and Stephens, Nature
/// Genetics 44, 2012).
///
/// A chunk of SNPs is rotated by one matrix product and its sums at the lambdas that all SNPs share
/// are two more; then all searches of the chunk run in lockstep, each round a call of snp_sums.
class Scan {
 public:
  /// `vectors` are the eigenvectors that `model` was rotated by. What is passed by reference must
  /// live as long as the scan. `grid` as from lambda_grid.
  Scan(const Study& study, const Array& vectors, const RotatedModel& model, const NullModel& null,
       std::vector<double> grid, LmmTest test);

  /// One row for each SNP of the chunk, in order.
  std::vector<AssociationRow> test(const SnpChunk& chunk);

  const ScanOutcomes& outcomes() const { return outcomes_; }
  double rotation_seconds() const { return rotation_seconds_; }
  double optimisation_seconds() const { return optimisation_seconds_; }

 private:
  struct Criterion;
  struct Search;

  bool wants(LmmTest test) const { return test_ == test || test_ == LmmTest::all; }
  Array rotated_genotypes(const SnpChunk& chunk) const;
  Search start_search(std::int64_t snp, const Criterion& criterion, const SnpForms* on_grid) const;
  std::vector<Search> start_searches(const std::vector<SnpForms>& shared) const;
  void run(std::vector<Search>& searches, const Array& x) const;
  // Each fills the columns that it knows of.
  void fill_score(const std::vector<SnpForms>& shared, std::vector<AssociationRow>& rows) const;
  void fill_estimates(const std::vector<Search>& searches, std::vector<AssociationRow>& rows) const;
  void fill_wald(const std::vector<Search>& searches, const Array& x,
                 std::vector<AssociationRow>& rows) const;
  void count(const std::vector<SnpForms>& shared, const std::vector<Search>& searches);

  const Array& vectors_;
  const RotatedModel& model_;
  const NullModel& null_;
  std::vector<double> grid_;
  LmmTest test_;
  SharedForms shared_;  ///< at the grid, at 0 and at the null model's ML lambda
  Array analysed_;
  ScanOutcomes outcomes_;
  double rotation_seconds_ = 0;
  double optimisation_seconds_ = 0;
};

}  // namespace loom::gwas
