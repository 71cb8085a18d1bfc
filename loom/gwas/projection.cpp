#include "loom/gwas/projection.h"

#include <cmath>

namespace loom::gwas {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// The sums of `columns` columns, as triangles of pairs: order 0 (P), 1 (K), 2 (KK).
struct Triangles {
  std::int64_t columns;
  std::int64_t orders;
  double* sums;

  double* row(std::int64_t order, std::int64_t a) const {  // starts at the pair (a, a)
    return sums + order * pair_count(columns) + pair_index(columns, a, a);
  }
  const double* traces() const { return sums + orders * pair_count(columns); }
};

// Removes the component along column w, in the metric of P, from all columns after it. With
// alpha = P_aw / P_ww and e_a = a - alpha w,
//   P_ab  becomes e_a' P e_b,
//   K_ab  becomes e_a' K e_b,
//   KK_ab becomes e_a' KK e_b - (w' K e_a) (w' K e_b) / P_ww.
// The last term is what the projection inside PKPKP takes away. Returns whether P_ww > 0.
bool project_column(const Triangles& t, std::int64_t w) {
  const double* p_w = t.row(0, w);
  const double pivot = p_w[0];
  if (!(pivot > 0.0)) return false;
  const double* k_w = t.orders > 1 ? t.row(1, w) : nullptr;
  const double* kk_w = t.orders > 2 ? t.row(2, w) : nullptr;
  for (std::int64_t a = w + 1; a < t.columns; ++a) {
    const double alpha = p_w[a - w] / pivot;
    double* p_a = t.row(0, a);
    for (std::int64_t b = a; b < t.columns; ++b) p_a[b - a] -= alpha * p_w[b - w];
    if (t.orders < 2) continue;
    const double cross_a = k_w[a - w] - alpha * k_w[0];  // w' K e_a
    double* k_a = t.row(1, a);
    for (std::int64_t b = a; b < t.columns; ++b) {
      const double beta = p_w[b - w] / pivot;
      k_a[b - a] -= alpha * k_w[b - w] + beta * cross_a;
      if (t.orders < 3) continue;
      const double cross_b = k_w[b - w] - beta * k_w[0];
      t.row(2, a)[b - a] -=
          alpha * kk_w[b - w] + beta * (kk_w[a - w] - alpha * kk_w[0]) + cross_a * cross_b / pivot;
    }
  }
  return true;
}

// Projects column w out and accounts for it in the determinant and the traces.
void eliminate(const Triangles& t, std::int64_t w, Forms& forms) {
  ++forms.projected;
  if (!project_column(t, w)) {
    forms.regular = false;
    return;
  }
  const double pivot = t.row(0, w)[0];
  forms.log_pivots += std::log(pivot);
  if (t.orders < 2) return;
  const double ratio = t.row(1, w)[0] / pivot;
  forms.trace_pk -= ratio;
  if (t.orders < 3) return;
  forms.trace_pkpk += ratio * ratio - 2.0 * t.row(2, w)[0] / pivot;
}

Forms start(const ModelColumns& model, const Triangles& t) {
  Forms forms;
  const double* traces = t.traces();
  forms.samples = model.samples();
  forms.trace_hk = traces[0];
  forms.trace_hkhk = traces[1];
  forms.log_det = traces[2];
  forms.trace_pk = t.orders > 1 ? forms.trace_hk : kNaN;
  forms.trace_pkpk = t.orders > 2 ? forms.trace_hkhk : kNaN;
  return forms;
}

void read_yy(const Triangles& t, Forms& forms) {
  for (std::int64_t order = 0; order < kMaxOrders; ++order) {
    forms.yy[order] = order < t.orders ? t.row(order, t.columns - 1)[0] : kNaN;
  }
}

}  // namespace

Forms project_null(const ModelColumns& model, std::int64_t orders, double* sums) {
  const Triangles t{model.covariates() + 1, orders, sums};
  Forms forms = start(model, t);
  for (std::int64_t w = 0; w < model.covariates(); ++w) eliminate(t, w, forms);
  read_yy(t, forms);
  return forms;
}

SnpForms project_snp(const ModelColumns& model, std::int64_t orders, double* sums) {
  const Triangles t{model.covariates() + 2, orders, sums};
  const std::int64_t x = model.covariates();
  SnpForms snp;
  snp.forms = start(model, t);
  snp.xx_total = t.row(0, x)[0];
  for (std::int64_t w = 0; w < x; ++w) eliminate(t, w, snp.forms);
  snp.xx = t.row(0, x)[0];
  snp.xy = t.row(0, x)[1];
  snp.yy = t.row(0, x + 1)[0];
  eliminate(t, x, snp.forms);
  read_yy(t, snp.forms);
  return snp;
}

}  // namespace loom::gwas
