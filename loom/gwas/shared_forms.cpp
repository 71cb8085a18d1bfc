#include "loom/gwas/shared_forms.h"

#include "loom/ops/creation.h"
#include "loom/ops/elementwise.h"
#include "loom/ops/linalg.h"
#include "loom/support/threads.h"

namespace loom::gwas {
namespace {

constexpr std::int64_t kOrders = 2;
constexpr std::int64_t kSnpsPerPiece = 16;

}  // namespace

RotatedModel rotate_model(const Array& values, const Array& vectors, const Array& design,
                          const Array& phenotype) {
  const Array w = contiguous(matmul(transpose(design), vectors));
  const Array y = matmul(phenotype, vectors);
  return {values, w, y, ModelColumns(values.span<double>(), w.span<double>(), y.span<double>())};
}

SharedForms::SharedForms(const RotatedModel& model, std::vector<double> lambdas)
    : model_(model), lambdas_(std::move(lambdas)) {
  const ModelColumns& columns = model.columns;
  const std::int64_t n = columns.samples(), c = columns.covariates();
  const std::int64_t weights = std::ssize(lambdas_) * kOrders;
  square_weights_ = Array::empty({n, weights});
  product_weights_ = Array::empty({n, weights * (c + 1)});
  double* square = square_weights_.data<double>();
  double* product = product_weights_.data<double>();
  for (std::int64_t i = 0; i < n; ++i) {
    const double d = model.values.data<double>()[i];
    for (double lambda : lambdas_) {
      const double h = 1 / (lambda * d + 1);
      for (double weight : {h, d * h * h}) {
        *square++ = weight;
        for (std::int64_t j = 0; j < c; ++j) {
          *product++ = weight * model.covariates.data<double>()[j * n + i];
        }
        *product++ = weight * model.phenotype.data<double>()[i];
      }
    }
  }
  for (double lambda : lambdas_) {
    null_sums_.emplace_back(sums_size(c + 1, kOrders));
    null_weighted_sums(columns, lambda, kOrders, null_sums_.back().data());
  }
}

std::vector<SnpForms> SharedForms::of(const Array& x) const {
  const std::int64_t snps = x.shape(0), lambdas = std::ssize(lambdas_);
  const std::int64_t c = model_.columns.covariates();
  const Array squares = matmul(square(x), square_weights_);
  const Array products = matmul(x, product_weights_);
  std::vector<SnpForms> forms(snps * lambdas);
  parallel_for(snps, kSnpsPerPiece, [&](std::int64_t begin, std::int64_t end) {
    std::vector<double> snp_sums(kOrders * (c + 2)), sums(sums_size(c + 2, kOrders));
    for (std::int64_t i = begin * lambdas; i < end * lambdas; ++i) {
      const double* from = products.data<double>() + i * kOrders * (c + 1);
      const double* xx = squares.data<double>() + i * kOrders;
      double* to = snp_sums.data();
      for (std::int64_t order = 0; order < kOrders; ++order, from += c + 1) {
        to = std::copy_n(from, c, to);
        *to++ = xx[order];
        *to++ = from[c];
      }
      compose_sums(c, kOrders, null_sums_[i % lambdas].data(), snp_sums.data(), sums.data());
      forms[i] = project_snp(model_.columns, kOrders, sums.data());
    }
  });
  return forms;
}

}  // namespace loom::gwas
