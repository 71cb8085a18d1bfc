#include "loom/backends/native/fourier/plan.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "loom/support/unit_roots.h"

namespace loom::native::fourier {
namespace {

/// The radices of the passes, in order; what has no butterfly is left out. Powers of two go by 8
/// and 4, so that there is a 2 only where nothing is to be had beside it.
std::vector<int> radices_of(std::int64_t n) {
  int twos = std::countr_zero(static_cast<std::uint64_t>(n));
  n >>= twos;
  std::vector<int> radices;
  for (; twos > 4 || twos == 3; twos -= 3) radices.push_back(8);
  for (; twos > 1; twos -= 2) radices.push_back(4);
  if (twos == 1) radices.push_back(2);
  for (int radix = 3; radix <= kLargestRadix && n > 1; radix += 2) {
    for (; n % radix == 0; n /= radix) radices.push_back(radix);
  }
  return radices;
}

/// Instructions on a vector of complex numbers, with its way from and to the cache; measured.
double pass_cost(int radix) {
  switch (radix) {
    case 2:
      return 7;
    case 3:
      return 9;
    case 4:
      return 9;
    case 5:
      return 13;
    case 7:
      return 19;
    case 8:
      return 13;
    default:
      return 8 + 2.5 * radix;
  }
}

std::int64_t blocks(std::int64_t count, std::int64_t lanes) { return (count + lanes - 1) / lanes; }

/// What rows of length n cost: as many transforms as there are lanes.
double rows_cost(std::int64_t n) {
  double cost = 0;
  for (const int radix : radices_of(n)) cost += pass_cost(radix);
  return cost * static_cast<double>(n);
}

double matrix_cost(std::int64_t a, std::int64_t b, std::int64_t lanes) {
  constexpr double kTurn = 14, kBlock = 20, kLongRows = 4096;
  const auto rows = [](std::int64_t n) {
    return rows_cost(n) * (static_cast<double>(n) > kLongRows ? 1.5 : 1);
  };
  const auto column_blocks = static_cast<double>(blocks(b, lanes));
  const auto row_blocks = static_cast<double>(blocks(a, lanes));
  const double turn = kTurn * row_blocks * static_cast<double>(lanes);
  return column_blocks * (rows(a) + turn + kBlock) + row_blocks * (rows(b) + kBlock);
}

struct Split {
  std::int64_t a, b;
  double cost;
};

Split best_split(std::int64_t n, std::int64_t lanes) {
  Split best{1, n, std::numeric_limits<double>::infinity()};
  const auto consider = [&](std::int64_t a, std::int64_t b) {
    const double cost = matrix_cost(a, b, lanes);
    if (cost < best.cost) best = {a, b, cost};
  };
  for (std::int64_t a = 1; a * a <= n; ++a) {
    if (n % a != 0) continue;
    consider(a, n / a);
    consider(n / a, a);
  }
  return best;
}

/// The length of at least `least` at which a convolution costs least, among small multiples of
/// powers of two.
Split best_convolution(std::int64_t least, std::int64_t lanes) {
  Split best{0, 0, std::numeric_limits<double>::infinity()};
  for (const std::int64_t odd : {1, 3, 5, 7, 9, 15, 21, 25, 27, 35, 45}) {
    std::int64_t length = odd;
    while (length < least) length *= 2;
    const Split split = best_split(length, lanes);
    if (split.cost < best.cost) best = split;
  }
  return best;
}

double chirp_cost(std::int64_t n, const Split& convolution, std::int64_t lanes) {
  constexpr double kProduct = 12;
  const auto length = static_cast<double>(convolution.a * convolution.b);
  const double products = kProduct * (length + 2 * static_cast<double>(n));
  return 2 * convolution.cost + products / static_cast<double>(lanes);
}

}  // namespace

bool has_rows(std::int64_t n) {
  for (const int radix : radices_of(n)) n /= radix;
  return n == 1;
}

template <class R>
RowPlan<R>::RowPlan(std::int64_t n) : n_(n) {
  const UnitRoots roots(n);
  std::vector<std::int64_t> starts;  // pointers wait until the table stops growing
  std::int64_t stride = 1;
  for (const int radix : radices_of(n)) {
    const std::int64_t m = n / stride / radix;
    starts.push_back(std::ssize(tables_));
    for (std::int64_t p = 0; p < m; ++p) {
      for (int j = 1; j < radix; ++j) tables_.push_back(roots.get<R>(j * p * stride));
    }
    for (int k = 0; k < radix; ++k) tables_.push_back(roots.get<R>(n / radix * k));
    passes_.push_back({radix, m, stride, nullptr, nullptr});
    stride *= radix;
  }
  tables_.shrink_to_fit();
  for (std::size_t i = 0; i < passes_.size(); ++i) {
    Pass<R>& pass = passes_[i];
    pass.twiddles = tables_.data() + starts[i];
    pass.roots = pass.twiddles + (pass.radix - 1) * pass.m;
  }
}

template <class R>
std::int64_t RowPlan<R>::bytes() const {
  return std::ssize(tables_) * std::int64_t{sizeof(std::complex<R>)};
}

template <class R>
Matrix<R>::Matrix(std::int64_t a, std::int64_t b, std::int64_t lanes)
    : columns(a), rows(b), lane_turns(a, lanes) {
  const UnitRoots roots(a * b);
  for (std::int64_t block = 0; block < blocks(b, lanes); ++block) {
    for (std::int64_t k = 0; k < a; ++k) {
      block_turns.push_back(roots.get<R>(block * lanes * k));
    }
  }
  for (std::int64_t k = 0; k < a; ++k) {
    for (std::int64_t lane = 0; lane < lanes; ++lane) {
      const auto turn = roots.get<R>(lane * k % (a * b));
      lane_turns[k][lane] = turn.real();
      lane_turns[k][lanes + lane] = turn.imag();
    }
  }
}

template <class R>
LinePlan<R>::LinePlan(std::int64_t n, std::int64_t lanes) : n_(n), lanes_(lanes) {
  const Split convolution = best_convolution(2 * n - 1, lanes);
  if (has_rows(n)) {
    const Split split = best_split(n, lanes);
    if (split.cost <= chirp_cost(n, convolution, lanes)) {
      matrix_ = std::make_unique<Matrix<R>>(split.a, split.b, lanes);
      return;
    }
  }
  chirp_ = std::make_unique<Chirp<R>>();
  const std::int64_t length = convolution.a * convolution.b;
  chirp_->plan = std::make_shared<const LinePlan>(length, lanes);
  const UnitRoots roots(2 * n);
  chirp_->chirp.reserve(n);
  std::int64_t square = 0;  // k^2 modulo 2 n
  for (std::int64_t k = 0; k < n; ++k) {
    chirp_->chirp.push_back(roots.get<R>(square));
    square = (square + 2 * k + 1) % (2 * n);
  }
}

template <class R>
std::int64_t LinePlan<R>::bytes() const {
  constexpr std::int64_t kComplex = sizeof(std::complex<R>);
  if (matrix_) {
    return matrix_->columns.bytes() + matrix_->rows.bytes() +
           std::ssize(matrix_->block_turns) * kComplex + matrix_->lane_turns.bytes();
  }
  return (std::ssize(chirp_->chirp) + std::ssize(chirp_->filter)) * kComplex +
         chirp_->plan->bytes();
}

template <class R>
RealTurns<R>::RealTurns(std::int64_t n) {
  const UnitRoots roots(n);
  turns.reserve(n / 4 + 1);
  for (std::int64_t k = 0; k <= n / 4; ++k) {
    const auto w = roots.get<R>(k);
    turns.emplace_back(w.imag(), -w.real());
  }
}

template <class R>
std::int64_t RealTurns<R>::bytes() const {
  return std::ssize(turns) * std::int64_t{sizeof(std::complex<R>)};
}

template class RowPlan<float>;
template class RowPlan<double>;
template struct Matrix<float>;
template struct Matrix<double>;
template class LinePlan<float>;
template class LinePlan<double>;
template struct RealTurns<float>;
template struct RealTurns<double>;

}  // namespace loom::native::fourier
