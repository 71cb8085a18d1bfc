#include "loom/backends/native/fourier/line.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "loom/backends/native/fourier/workspace.h"
#include "loom/support/plan_cache.h"
#include "loom/support/threads.h"

namespace loom::native::fourier {
namespace {

/// Elements that keep a thread busy for some ten microseconds.
constexpr std::int64_t kGrain = 1 << 14;

template <class R>
void transform_matrix(const Kernels<R>& kernels, const Matrix<R>& matrix, const std::complex<R>* in,
                      std::complex<R>* out, Ends<R> ends) {
  const std::int64_t lanes = kernels.lanes, row = 2 * lanes;
  const std::int64_t a = matrix.columns.size(), b = matrix.rows.size();
  const std::int64_t column_blocks = (b + lanes - 1) / lanes;
  const std::int64_t row_blocks = (a + lanes - 1) / lanes;
  const Workspace<R> middle(row_blocks * b * row);
  parallel_for(column_blocks, std::max<std::int64_t>(1, kGrain / (a * lanes)),
               [&](std::int64_t begin, std::int64_t end) {
                 const Workspace<R> scratch(2 * (a + lanes) * row);
                 for (; begin < end; ++begin) {
                   kernels.first_half(matrix, in, begin, ends.conjugate, middle.get(),
                                      scratch.get());
                 }
               });
  parallel_for(row_blocks, std::max<std::int64_t>(1, kGrain / (b * lanes)),
               [&](std::int64_t begin, std::int64_t end) {
                 const Workspace<R> scratch(b * row);
                 for (; begin < end; ++begin) {
                   kernels.second_half(matrix, middle.get(), begin, out, ends, scratch.get());
                 }
               });
}

/// Kernels::multiply on all threads.
template <class R>
void multiply(const Kernels<R>& kernels, std::int64_t count, const std::complex<R>* a,
              bool conjugate_a, const std::complex<R>* b, std::complex<R>* out, Ends<R> ends) {
  parallel_for(count, kGrain, [&](std::int64_t begin, std::int64_t end) {
    kernels.multiply(end - begin, a + begin, conjugate_a, b + begin, out + begin, ends);
  });
}

/// The backward transform of the convolution is the conjugate of the forward transform of the
/// conjugate.
template <class R>
void transform_chirp(const Kernels<R>& kernels, const Chirp<R>& chirp, const std::complex<R>* in,
                     std::complex<R>* out, Ends<R> ends) {
  const std::int64_t n = std::ssize(chirp.chirp), length = chirp.plan->size();
  const Workspace<std::complex<R>> work(length);
  std::complex<R>* const x = work.get();
  multiply(kernels, n, in, ends.conjugate, chirp.chirp.data(), x, {});
  std::fill(x + n, x + length, std::complex<R>(0));
  transform_line(kernels, *chirp.plan, x, x, {});
  multiply(kernels, length, x, false, chirp.filter.data(), x, {.conjugate = true});
  transform_line(kernels, *chirp.plan, x, x, {});
  multiply(kernels, n, x, true, chirp.chirp.data(), out, ends);
}

template <class R>
std::vector<std::complex<R>> filter_of(const Kernels<R>& kernels, const Chirp<R>& chirp) {
  const std::int64_t n = std::ssize(chirp.chirp), length = chirp.plan->size();
  std::vector<std::complex<R>> filter(length);
  for (std::int64_t k = 0; k < n; ++k) {
    filter[k] = filter[(length - k) % length] = std::conj(chirp.chirp[k]) / static_cast<R>(length);
  }
  transform_line(kernels, *chirp.plan, filter.data(), filter.data(), {});
  return filter;
}

}  // namespace

template <class R>
std::shared_ptr<const LinePlan<R>> line_plan(const Kernels<R>& kernels, std::int64_t n) {
  static PlanCache<std::pair<std::int64_t, std::int64_t>, LinePlan<R>> cache;
  return cache.get({n, kernels.lanes}, [&] {
    auto plan = std::make_shared<LinePlan<R>>(n, kernels.lanes);
    if (Chirp<R>* const chirp = plan->chirp()) chirp->filter = filter_of(kernels, *chirp);
    return plan;
  });
}

template <class R>
std::shared_ptr<const RowPlan<R>> row_plan(std::int64_t n) {
  static PlanCache<std::int64_t, RowPlan<R>> cache;
  return cache.get(n, [n] { return std::make_shared<const RowPlan<R>>(n); });
}

template <class R>
std::shared_ptr<const RealTurns<R>> real_turns(std::int64_t n) {
  static PlanCache<std::int64_t, RealTurns<R>> cache;
  return cache.get(n, [n] { return std::make_shared<const RealTurns<R>>(n); });
}

template <class R>
void transform_line(const Kernels<R>& kernels, const LinePlan<R>& plan, const std::complex<R>* in,
                    std::complex<R>* out, Ends<R> ends) {
  if (plan.matrix() != nullptr) {
    transform_matrix(kernels, *plan.matrix(), in, out, ends);
  } else {
    transform_chirp(kernels, *plan.chirp(), in, out, ends);
  }
}

template <class R>
RealLine<R>::RealLine(const Kernels<R>& kernels, std::int64_t n)
    : kernels_(kernels), n_(n), plan_(line_plan(kernels, n % 2 == 0 ? n / 2 : n)) {
  if (n % 2 == 0) turns_ = real_turns<R>(n);
}

// Even n = 2 m: with z[k] = x[2 k] + i x[2 k + 1] and Z its transform, of half the scale, is
// X[k] = Z[k] + conj Z[m - k] - i exp(-2 pi i k / n) (Z[k] - conj Z[m - k]).
template <class R>
void RealLine<R>::forward(const R* in, std::complex<R>* out, R scale) const {
  if (n_ % 2 == 1) {
    const Workspace<std::complex<R>> line(n_);
    std::copy(in, in + n_, line.get());
    transform_line(kernels_, *plan_, line.get(), line.get(), {.scale = scale});
    std::copy(line.get(), line.get() + n_ / 2 + 1, out);
    out[0] = out[0].real();  // Bluestein's algorithm leaves a residue
    return;
  }
  const std::int64_t m = n_ / 2;
  transform_line(kernels_, *plan_, reinterpret_cast<const std::complex<R>*>(in), out,
                 {.scale = scale / 2});
  const std::complex<R> first = out[0];
  out[0] = 2 * (first.real() + first.imag());
  out[m] = 2 * (first.real() - first.imag());
  parallel_for(m / 2, kGrain, [&](std::int64_t begin, std::int64_t end) {
    kernels_.fold(m, begin + 1, end + 1, out, turns_->turns.data(), false, out);
  });
}

template <class R>
void RealLine<R>::backward(const std::complex<R>* in, R* out, R scale) const {
  if (n_ % 2 == 1) {
    const Workspace<std::complex<R>> work(n_);
    std::complex<R>* const line = work.get();
    line[0] = in[0].real();
    for (std::int64_t k = 1; k <= n_ / 2; ++k) {
      line[k] = in[k];
      line[n_ - k] = std::conj(in[k]);
    }
    transform_line(kernels_, *plan_, line, line, {.conjugate = true, .scale = scale});
    for (std::int64_t k = 0; k < n_; ++k) out[k] = line[k].real();
    return;
  }
  const std::int64_t m = n_ / 2;
  const Workspace<std::complex<R>> work(m);
  std::complex<R>* const line = work.get();
  line[0] = {in[0].real() + in[m].real(), in[0].real() - in[m].real()};
  parallel_for(m / 2, kGrain, [&](std::int64_t begin, std::int64_t end) {
    kernels_.fold(m, begin + 1, end + 1, in, turns_->turns.data(), true, line);
  });
  transform_line(kernels_, *plan_, line, reinterpret_cast<std::complex<R>*>(out),
                 {.conjugate = true, .scale = scale});
}

std::int64_t line_workspace(std::int64_t n, std::int64_t item_size) {
  // Bluestein's algorithm works on lines of up to 2.5 n, twice, and lanes are filled up.
  constexpr std::int64_t kPerElement = 8, kRows = 512;
  return (kPerElement * n + kRows) * item_size;
}

template std::shared_ptr<const LinePlan<float>> line_plan(const Kernels<float>&, std::int64_t);
template std::shared_ptr<const LinePlan<double>> line_plan(const Kernels<double>&, std::int64_t);
template std::shared_ptr<const RowPlan<float>> row_plan(std::int64_t);
template std::shared_ptr<const RowPlan<double>> row_plan(std::int64_t);
template std::shared_ptr<const RealTurns<float>> real_turns(std::int64_t);
template std::shared_ptr<const RealTurns<double>> real_turns(std::int64_t);
template void transform_line(const Kernels<float>&, const LinePlan<float>&,
                             const std::complex<float>*, std::complex<float>*, Ends<float>);
template void transform_line(const Kernels<double>&, const LinePlan<double>&,
                             const std::complex<double>*, std::complex<double>*, Ends<double>);
template class RealLine<float>;
template class RealLine<double>;

}  // namespace loom::native::fourier
