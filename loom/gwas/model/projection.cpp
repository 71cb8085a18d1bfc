#include "loom/gwas/model/projection.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace loom::gwas {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// A pair's entries of all orders: P, K and KK.
struct Entries {
  double* at;
  std::int64_t stride;

  double& operator[](std::int64_t order) const { return at[order * stride]; }
};
struct ConstEntries {
  const double* at;
  std::int64_t stride;

  ConstEntries(const double* values, std::int64_t step) : at(values), stride(step) {}
  ConstEntries(const Entries& entries) : at(entries.at), stride(entries.stride) {}  // NOLINT
  double operator[](std::int64_t order) const { return at[order * stride]; }
};

// The pair (w, w) of a column that is projected out.
template <int Orders>
struct Pivot {
  double inverse;  // 1 / P_ww
  double k = 0;    // K_ww
  double kk = 0;   // KK_ww

  explicit Pivot(const ConstEntries& ww) : inverse(1 / ww[0]) {
    if constexpr (Orders > 1) k = ww[1];
    if constexpr (Orders > 2) kk = ww[2];
  }
};

// Removes the component along column w, in the metric of P, from the pair (a, b). With
// alpha = P_aw / P_ww and e_a = a - alpha w,
//   P_ab  becomes e_a' P e_b,
//   K_ab  becomes e_a' K e_b,
//   KK_ab becomes e_a' KK e_b - (w' K e_a) (w' K e_b) / P_ww.
// The last term is what the projection inside PKPKP takes away.
template <int Orders>
void project_pair(const Pivot<Orders>& w, const ConstEntries& wa, const ConstEntries& wb,
                  const Entries& ab) {
  const double alpha = wa[0] * w.inverse, beta = wb[0] * w.inverse;
  ab[0] -= alpha * wb[0];
  if constexpr (Orders > 1) {
    const double cross_a = wa[1] - alpha * w.k;  // w' K e_a
    ab[1] -= alpha * wb[1] + beta * cross_a;
    if constexpr (Orders > 2) {
      const double cross_b = wb[1] - beta * w.k;
      ab[2] -= alpha * wb[2] + beta * (wa[2] - alpha * w.kk) + cross_a * cross_b * w.inverse;
    }
  }
}

// What projecting column w out takes from the traces.
template <int Orders>
void take_from_traces(const Pivot<Orders>& w, double& trace_pk, double& trace_pkpk) {
  if constexpr (Orders > 1) {
    const double ratio = w.k * w.inverse;
    trace_pk -= ratio;
    if constexpr (Orders > 2) trace_pkpk += ratio * ratio - 2.0 * w.kk * w.inverse;
  }
}

template <int Orders>
void project_model(std::int64_t covariates, double* projection) {
  const std::int64_t columns = covariates + 1, stride = pair_count(columns);
  const auto pair = [&](std::int64_t a, std::int64_t b) {
    return Entries{projection + kPartsOfProjection + pair_index(columns, a, b), stride};
  };
  for (std::int64_t w = 0; w < covariates; ++w) {
    const double p = pair(w, w)[0];
    projection[kLogPivots] += p > 0.0 ? std::log(p) : kNaN;
    if (!(p > 0.0)) continue;
    const Pivot<Orders> pivot(pair(w, w));
    take_from_traces(pivot, projection[kTracePk], projection[kTracePkpk]);
    for (std::int64_t a = w + 1; a < columns; ++a) {
      for (std::int64_t b = a; b < columns; ++b) {
        project_pair<Orders>(pivot, pair(w, a), pair(w, b), pair(a, b));
      }
    }
  }
}

template <int Orders>
void read_yy(const ConstEntries& yy, Forms& forms) {
  for (int order = 0; order < kMaxOrders; ++order) {
    forms.yy[order] = order < Orders ? yy[order] : kNaN;
  }
}

Forms start_forms(const ModelView& model, const double* projection) {
  Forms forms;
  forms.samples = model.samples;
  forms.projected = model.covariates;
  forms.trace_hk = projection[kTraceHk];
  forms.trace_hkhk = projection[kTraceHkhk];
  forms.log_det = projection[kLogDet];
  forms.trace_pk = projection[kTracePk];
  forms.trace_pkpk = projection[kTracePkpk];
  forms.log_pivots = projection[kLogPivots];
  forms.regular = !std::isnan(forms.log_pivots);
  return forms;
}

// The pairs of a SNP: its columns count from 0, and behind them stand, for b, the model's columns.
template <int Orders>
class SnpPairs {
 public:
  SnpPairs(std::int64_t covariates, std::int64_t snp_columns, const double* projection,
           double* sums)
      : covariates_(covariates),
        columns_(covariates + 1 + snp_columns),
        snp_columns_(snp_columns),
        sums_(sums),
        pairs_(projection + kPartsOfProjection) {
    const ConstEntries of_model = model(covariates, covariates);
    for (int order = 0; order < Orders; ++order) yy_[order] = of_model[order];
  }

  Entries with_model(std::int64_t a, std::int64_t column) const {
    return {sums_ + a * columns_ + column, snp_columns_ * columns_};
  }
  Entries with_snp(std::int64_t a, std::int64_t b) const {
    return with_model(a, covariates_ + 1 + b);
  }
  Entries with_y(std::int64_t a) const { return with_model(a, covariates_); }
  Entries yy() { return {yy_, 1}; }

  // Projects covariate w out, in which the covariates before it are already.
  void project_covariate(std::int64_t w) {
    const Pivot<Orders> pivot(model(w, w));
    for (std::int64_t a = 0; a < snp_columns_; ++a) {
      for (std::int64_t b = w + 1; b <= covariates_; ++b) {
        project_pair<Orders>(pivot, with_model(a, w), model(w, b), with_model(a, b));
      }
      for (std::int64_t b = a; b < snp_columns_; ++b) {
        project_pair<Orders>(pivot, with_model(a, w), with_model(b, w), with_snp(a, b));
      }
    }
  }

  // Projects column x of the SNP out, all before it being so.
  void project_snp_column(std::int64_t x, Forms& forms) {
    ++forms.projected;
    const double p = with_snp(x, x)[0];
    if (!(p > 0.0)) {
      forms.regular = false;
      return;
    }
    const Pivot<Orders> pivot(with_snp(x, x));
    forms.pivots *= p;
    take_from_traces(pivot, forms.trace_pk, forms.trace_pkpk);
    for (std::int64_t a = x + 1; a < snp_columns_; ++a) {
      project_pair<Orders>(pivot, with_snp(x, a), with_y(x), with_y(a));
      for (std::int64_t b = a; b < snp_columns_; ++b) {
        project_pair<Orders>(pivot, with_snp(x, a), with_snp(x, b), with_snp(a, b));
      }
    }
    project_pair<Orders>(pivot, with_y(x), with_y(x), yy());
  }

 private:
  ConstEntries model(std::int64_t a, std::int64_t b) const {
    return {pairs_ + pair_index(covariates_ + 1, a, b), pair_count(covariates_ + 1)};
  }

  std::int64_t covariates_;
  std::int64_t columns_;
  std::int64_t snp_columns_;
  double* sums_;
  const double* pairs_;
  double yy_[kMaxOrders];
};

template <int Orders>
SnpForms project(const ModelView& model, std::int64_t snp_columns, const double* projection,
                 double* sums) {
  SnpPairs<Orders> pairs(model.covariates, snp_columns, projection, sums);
  double lengths[kMaxSnpColumns];
  for (std::int64_t a = 0; a < snp_columns; ++a) lengths[a] = pairs.with_snp(a, a)[0];
  for (std::int64_t w = 0; w < model.covariates; ++w) pairs.project_covariate(w);

  SnpForms snp;
  snp.forms = start_forms(model, projection);
  snp.share_left = 1;
  for (std::int64_t a = 0; a < snp_columns; ++a) {
    const double left = lengths[a] > 0.0 ? pairs.with_snp(a, a)[0] / lengths[a] : 0.0;
    snp.share_left = std::min(snp.share_left, left);
    if (a == snp_columns - 1) {
      snp.xx = pairs.with_snp(a, a)[0];
      snp.xy = pairs.with_y(a)[0];
      snp.yy = pairs.yy()[0];
      read_yy<Orders>(pairs.yy(), snp.forms);
      snp.without = snp.forms;
    }
    pairs.project_snp_column(a, snp.forms);
  }
  read_yy<Orders>(pairs.yy(), snp.forms);
  return snp;
}

}  // namespace

void project_covariates(const ModelView& model, double lambda, std::int64_t orders,
                        double* projection) {
  const std::int64_t covariates = model.covariates;
  const std::int64_t pairs = orders * pair_count(covariates + 1);
  std::vector<double> sums(null_sums_size(covariates, orders));
  null_weighted_sums(model, lambda, orders, sums.data());
  std::copy_n(sums.begin(), pairs, projection + kPartsOfProjection);
  const double* traces = sums.data() + pairs;
  projection[kTraceHk] = traces[0];
  projection[kTraceHkhk] = traces[1];
  projection[kLogDet] = traces[2];
  projection[kTracePk] = orders > 1 ? traces[0] : kNaN;
  projection[kTracePkpk] = orders > 2 ? traces[1] : kNaN;
  projection[kLogPivots] = 0.0;
  if (orders == 1) return project_model<1>(covariates, projection);
  if (orders == 2) return project_model<2>(covariates, projection);
  project_model<3>(covariates, projection);
}

Forms null_forms(const ModelView& model, std::int64_t orders, const double* projection) {
  Forms forms = start_forms(model, projection);
  const std::int64_t pairs = pair_count(model.covariates + 1);
  for (int order = 0; order < kMaxOrders; ++order) {
    const double* run = projection + kPartsOfProjection + order * pairs;
    forms.yy[order] = order < orders ? run[pairs - 1] : kNaN;
  }
  return forms;
}

SnpForms project_snp(const ModelView& model, std::int64_t snp_columns, std::int64_t orders,
                     const double* projection, double* sums) {
  if (orders == 1) return project<1>(model, snp_columns, projection, sums);
  if (orders == 2) return project<2>(model, snp_columns, projection, sums);
  return project<3>(model, snp_columns, projection, sums);
}

}  // namespace loom::gwas
