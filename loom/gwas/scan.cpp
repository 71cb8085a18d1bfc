#include "loom/gwas/scan.h"

#include <limits>

#include "loom/gwas/association_tests.h"
#include "loom/gwas/genotype_operations.h"
#include "loom/gwas/sums_operation.h"
#include "loom/ops/linalg.h"
#include "loom/support/progress.h"
#include "loom/support/threads.h"

namespace loom::gwas {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t kSearchesPerPiece = 16;

std::vector<double> with_shared(std::vector<double> grid, double null_lambda) {
  grid.push_back(0);
  grid.push_back(null_lambda);
  return grid;
}

std::vector<AssociationRow> empty_rows(const SnpChunk& chunk) {
  std::vector<AssociationRow> rows;
  for (const KeptSnp& snp : chunk.kept) {
    rows.push_back({snp.index, snp.counts.missing, snp.counts.allele1_frequency(), kNaN, kNaN, kNaN,
                    kNaN, kNaN, kNaN, kNaN, kNaN});
  }
  return rows;
}

}  // namespace

/// One SNP's log-likelihood under one of the two criteria.
struct Scan::Criterion {
  bool restricted;
  double unweighted_log_pivots;

  LikelihoodValue operator()(const Forms& forms) const {
    return restricted ? restricted_likelihood(forms, unweighted_log_pivots)
                      : maximum_likelihood(forms);
  }
};

/// The search of the maximum for one SNP of a chunk.
struct Scan::Search {
  std::int64_t snp;  ///< in the chunk
  Criterion criterion;
  std::vector<double> slopes;  ///< on the grid; the search looks at them
  LambdaSearch search;
};

Scan::Scan(const Study& study, const Array& vectors, const RotatedModel& model,
           const NullModel& null, std::vector<double> grid, LmmTest test)
    : vectors_(vectors),
      model_(model),
      null_(null),
      grid_(std::move(grid)),
      test_(test),
      shared_(model, with_shared(grid_, null.ml.lambda)),
      analysed_(study.analysed_samples()) {}

// Centred, with missing genotypes at the mean of the analysed samples. Centring changes no
// statistic, since the intercept is among the covariates, and keeps the sums free of cancellation.
Array Scan::rotated_genotypes(const SnpChunk& chunk) const {
  std::vector<GenotypeValues> values;
  for (const KeptSnp& snp : chunk.kept) {
    const double mean = 2 * snp.counts.allele1_frequency();
    values.push_back(genotype_values(mean, mean));
  }
  return matmul(decode_genotypes(chunk.packed, value_table(values), analysed_), vectors_);
}

std::vector<AssociationRow> Scan::test(const SnpChunk& chunk) {
  std::vector<AssociationRow> rows = empty_rows(chunk);
  if (rows.empty()) return rows;
  const double start = now_seconds();
  const Array x = rotated_genotypes(chunk);
  const double rotated = now_seconds();
  const std::vector<SnpForms> shared = shared_.of(x);
  if (wants(LmmTest::score)) fill_score(shared, rows);
  std::vector<Search> searches = start_searches(shared);
  run(searches, x);
  fill_estimates(searches, rows);
  fill_wald(searches, x, rows);
  count(shared, searches);
  rotation_seconds_ += rotated - start;
  optimisation_seconds_ += now_seconds() - rotated;
  return rows;
}

void Scan::fill_score(const std::vector<SnpForms>& shared,
                      std::vector<AssociationRow>& rows) const {
  const std::size_t lambdas = shared_.lambdas().size();
  for (std::size_t snp = 0; snp < rows.size(); ++snp) {
    const SnpForms* forms = shared.data() + snp * lambdas;
    if (is_collinear(forms[grid_.size()])) continue;
    const EffectTest test = score_test(forms[grid_.size() + 1]);
    rows[snp].beta = test.beta;
    rows[snp].se = test.se;
    rows[snp].p_score = test.p();
  }
}

Scan::Search Scan::start_search(std::int64_t snp, const Criterion& criterion,
                                const SnpForms* on_grid) const {
  std::vector<double> slopes;
  for (std::size_t i = 0; i < grid_.size(); ++i) {
    slopes.push_back(criterion(on_grid[i].forms).slope);
  }
  const double lower = criterion(on_grid[0].forms).value;
  const double upper = criterion(on_grid[grid_.size() - 1].forms).value;
  const LambdaSearch search(grid_, slopes, lower, upper);
  return {snp, criterion, std::move(slopes), search};
}

std::vector<Scan::Search> Scan::start_searches(const std::vector<SnpForms>& shared) const {
  const std::int64_t lambdas = std::ssize(shared_.lambdas());
  std::vector<Search> searches;
  for (std::int64_t snp = 0; snp < std::ssize(shared) / lambdas; ++snp) {
    const SnpForms* forms = shared.data() + snp * lambdas;
    const SnpForms& unweighted = forms[grid_.size()];
    if (is_collinear(unweighted)) continue;
    for (bool restricted : {true, false}) {
      if (!wants(restricted ? LmmTest::wald : LmmTest::likelihood_ratio)) continue;
      searches.push_back(start_search(snp, {restricted, unweighted.forms.log_pivots}, forms));
    }
  }
  return searches;
}

// Rounds: all searches that want sums of the same orders are one call. Which searches share a call
// changes no result.
void Scan::run(std::vector<Search>& searches, const Array& x) const {
  const std::int64_t columns = model_.columns.covariates() + 2;
  for (std::int64_t orders = 1, idle = 0; idle < kMaxOrders; orders = orders % kMaxOrders + 1) {
    std::vector<Search*> active;
    std::vector<std::int64_t> rows;
    std::vector<double> lambdas;
    for (Search& search : searches) {
      if (search.search.finished() || search.search.next().orders != orders) continue;
      active.push_back(&search);
      rows.push_back(search.snp);
      lambdas.push_back(search.search.next().lambda);
    }
    idle = active.empty() ? idle + 1 : 0;
    if (active.empty()) continue;
    const Array sums = snp_sums(model_.columns, x, Array::from(rows), Array::from(lambdas), orders);
    parallel_for(std::ssize(active), kSearchesPerPiece, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        double* own = sums.data<double>() + i * sums_size(columns, orders);
        const SnpForms forms = project_snp(model_.columns, orders, own);
        active[i]->search.supply(active[i]->criterion(forms.forms));
      }
    });
  }
}

void Scan::fill_estimates(const std::vector<Search>& searches,
                          std::vector<AssociationRow>& rows) const {
  for (const Search& search : searches) {
    AssociationRow& row = rows[search.snp];
    const LambdaEstimate& estimate = search.search.estimate();
    if (search.criterion.restricted) {
      row.lambda_remle = estimate.lambda;
      if (test_ == LmmTest::wald) row.logl = estimate.log_likelihood;
      continue;
    }
    row.lambda_mle = estimate.lambda;
    row.logl = estimate.log_likelihood;
    row.p_lrt = chi2_test_p(likelihood_ratio(estimate.log_likelihood, null_.ml.log_likelihood));
  }
}

void Scan::fill_wald(const std::vector<Search>& searches, const Array& x,
                     std::vector<AssociationRow>& rows) const {
  std::vector<std::int64_t> snps;
  std::vector<double> lambdas;
  for (const Search& search : searches) {
    if (!search.criterion.restricted) continue;
    AssociationRow& row = rows[search.snp];
    row.beta = row.se = kNaN;
    if (!search.search.estimate().found()) continue;
    snps.push_back(search.snp);
    lambdas.push_back(search.search.estimate().lambda);
  }
  if (snps.empty()) return;
  const Array sums = snp_sums(model_.columns, x, Array::from(snps), Array::from(lambdas), 1);
  for (std::size_t i = 0; i < snps.size(); ++i) {
    double* own = sums.data<double>() + static_cast<std::int64_t>(i) * sums.shape(1);
    const EffectTest test = wald_test(project_snp(model_.columns, 1, own));
    AssociationRow& row = rows[snps[i]];
    row.beta = test.beta;
    row.se = test.se;
    row.p_wald = test.p();
  }
}

void Scan::count(const std::vector<SnpForms>& shared, const std::vector<Search>& searches) {
  const std::size_t lambdas = shared_.lambdas().size();
  for (std::size_t i = grid_.size(); i < shared.size(); i += lambdas) {
    outcomes_.collinear += is_collinear(shared[i]);
  }
  for (const Search& search : searches) {
    auto& outcomes = search.criterion.restricted ? outcomes_.reml : outcomes_.ml;
    ++outcomes[static_cast<std::size_t>(search.search.estimate().outcome)];
  }
}

}  // namespace loom::gwas
