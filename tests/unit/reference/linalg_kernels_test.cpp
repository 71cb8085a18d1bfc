#include "kernels.h"
#include "loom/ops/linalg.h"
#include "loom/support/threads.h"
#include "oracle.h"

// The algorithms have tests of their own (dense_*_test.cpp); these are about the way from arrays to
// them: stacks, layouts, dtypes, empty extents, attributes and errors.
namespace loom::test {
namespace {

using testing::ThrowsMessage;
using LinalgKernels = ReferenceKernels;

constexpr DType kFloatingDTypes[] = {DType::float32, DType::float64, DType::complex64,
                                     DType::complex128};

/// A stack of matrices with a dominant diagonal: regular, and positive definite in its lower
/// triangle.
Array well_conditioned(Random& random, const Dims& shape, DType dtype) {
  const Array a = random.array(shape, dtype);
  const auto n = static_cast<double>(2 * shape.back());
  const std::int64_t size = shape.back() * shape.back();
  visit_floating(dtype, [&]<class T>(std::type_identity<T>) {
    for (std::int64_t i = 0; i < a.size(); ++i) {
      if (i % size % (shape.back() + 1) == 0) a.span<T>()[i] = static_cast<T>(n);
    }
  });
  return a;
}

/// Every operation on a stack of square matrices: one list of results each.
struct Operation {
  std::string name;
  std::vector<Array> (*run)(const Array& a);
};

const Operation kOperations[] = {
    {"lu",
     [](const Array& a) {
       const linalg::Lu r = linalg::lu(a);
       return std::vector{r.p, r.l, r.u};
     }},
    {"qr",
     [](const Array& a) {
       const linalg::Qr r = linalg::qr(a);
       return std::vector{r.q, r.r};
     }},
    {"svd",
     [](const Array& a) {
       const linalg::Svd r = linalg::svd(a);
       return std::vector{r.u, r.s, r.vh};
     }},
    {"eigh",
     [](const Array& a) {
       const linalg::Eigen r = linalg::eigh(a);
       return std::vector{r.values, r.vectors};
     }},
    {"eig",
     [](const Array& a) {
       const linalg::Eigen r = linalg::eig(a);
       return std::vector{r.values, r.vectors};
     }},
    {"cholesky lower", [](const Array& a) { return std::vector{linalg::cholesky(a)}; }},
    {"cholesky upper", [](const Array& a) { return std::vector{linalg::cholesky(a, true)}; }},
    {"solve", [](const Array& a) { return std::vector{linalg::solve(a, a.matrix_transpose())}; }},
    {"inv", [](const Array& a) { return std::vector{linalg::inv(a)}; }},
    {"det", [](const Array& a) { return std::vector{linalg::det(a)}; }},
};

/// How far the product of `factors` is from `a`, in units of eps n |a|. The bound of 20 of the op
/// table is what every backend has to keep.
long double reconstruction(const Array& a, const std::vector<Array>& factors) {
  WideMatrix product_of = matrix_of(factors[0]);
  for (std::size_t i = 1; i < factors.size(); ++i) {
    product_of = product(product_of, matrix_of(factors[i]));
  }
  const WideMatrix wanted = matrix_of(a);
  const long double unit = epsilon_of(a.dtype()) * std::max(wanted.rows, wanted.columns);
  return norm(difference(product_of, wanted)) / (unit * norm(wanted));
}

/// A matrix with `values` on its diagonal.
Array diagonal(const Array& values, std::int64_t rows, std::int64_t columns) {
  const Array result = zeros({rows, columns}, values.dtype());
  for (std::int64_t i = 0; i < values.shape(0); ++i) {
    assign(result.select(0, i).select(0, i), values.select(0, i));
  }
  return result;
}

TEST_F(LinalgKernels, FactorsMultiplyToTheMatrix) {
  for (const DType dtype : kFloatingDTypes) {
    for (const Dims& shape : {Dims{6, 6}, Dims{9, 4}, Dims{4, 9}, Dims{1, 5}, Dims{5, 1}}) {
      SCOPED_TRACE(std::string(name(dtype)) + to_string(shape));
      const std::int64_t m = shape[0], n = shape[1], k = std::min(m, n);
      const Array a = random.array(shape, dtype);
      const linalg::Lu lu = linalg::lu(a);
      EXPECT_EQ(lu.l.shape(), (Dims{m, k}));
      EXPECT_LE(reconstruction(a, {lu.p, lu.l, lu.u}), 20);
      for (const bool complete : {false, true}) {
        const linalg::Qr qr = linalg::qr(a, complete);
        EXPECT_EQ(qr.q.shape(), (Dims{m, complete ? m : k}));
        EXPECT_EQ(qr.r.shape(), (Dims{complete ? m : k, n}));
        EXPECT_LE(reconstruction(a, {qr.q, qr.r}), 20);
        const linalg::Svd svd = linalg::svd(a, complete);
        EXPECT_EQ(svd.u.shape(), (Dims{m, complete ? m : k}));
        EXPECT_EQ(svd.vh.shape(), (Dims{complete ? n : k, n}));
        EXPECT_EQ(svd.s.dtype(), real_of(dtype));
        const Array s = diagonal(svd.s, complete ? m : k, complete ? n : k);
        EXPECT_LE(reconstruction(a, {svd.u, s, svd.vh}), 20);
      }
    }
  }
}

TEST_F(LinalgKernels, CholeskyReadsTheLowerTriangleAndGivesEitherFactor) {
  using C = std::complex<double>;
  const C i(0, 1), junk(99, 99);
  const Array a = Array::from({C(4), junk, 2.0 * i, C(5)}, Dims{2, 2});
  const Array lower = linalg::cholesky(a), upper = linalg::cholesky(a, true);
  EXPECT_THAT(lower.span<C>(), testing::ElementsAre(C(2), C(0), i, C(2)));
  EXPECT_THAT(upper.span<C>(), testing::ElementsAre(C(2), -i, C(0), C(2)));
}

TEST_F(LinalgKernels, EighReadsTheLowerTriangle) {
  const Array a = Array::from({2.0, kNaN, 1.0, 2.0}, Dims{2, 2});
  const linalg::Eigen eigen = linalg::eigh(a);
  EXPECT_NEAR(eigen.values.at<double>({0}), 1, 1e-15);
  EXPECT_NEAR(eigen.values.at<double>({1}), 3, 1e-15);
}

TEST_F(LinalgKernels, EigIsComplexForRealInput) {
  const Array turn = Array::from({0.0f, -1.0f, 1.0f, 0.0f}, Dims{2, 2});
  const linalg::Eigen eigen = linalg::eig(turn);
  EXPECT_EQ(eigen.values.dtype(), DType::complex64);
  EXPECT_EQ(eigen.vectors.dtype(), DType::complex64);
  const std::vector<Wide> values = values_of(eigen.values);
  EXPECT_NEAR(std::abs(values[0].imag()), 1, 1e-6);
  EXPECT_EQ(values[0], std::conj(values[1]));
}

TEST_F(LinalgKernels, SolveTakesVectorsMatricesAndStacks) {
  const Array a = well_conditioned(random, {3, 2, 5, 5}, DType::float64);
  const Array b = random.array({2, 5, 4}, DType::float64),
              vector = random.array({5}, DType::float64);
  const Array x = linalg::solve(a, b), y = linalg::solve(a, vector);
  EXPECT_EQ(x.shape(), (Dims{3, 2, 5, 4}));
  EXPECT_EQ(y.shape(), (Dims{3, 2, 5}));
  // Matrices are well conditioned and numbers near 1.
  EXPECT_LE(largest_error(values_of(matmul(a, x)), values_of(b.broadcast_to(x.shape()))), 1e-14);
  EXPECT_LE(largest_error(values_of(matmul(a, y.expand_dims(-1))),
                          values_of(vector.broadcast_to(y.shape()))),
            1e-14);
  const Array one = a.select(0, 0).select(0, 0);
  EXPECT_EQ(linalg::solve(one, b).shape(), b.shape());
  EXPECT_TRUE(same_bits(linalg::solve(one, b).select(0, 1), linalg::solve(one, b.select(0, 1))));
}

TEST_F(LinalgKernels, DeterminantsAndInverses) {
  const Array a = Array::from({1.0, 2.0, 3.0, 4.0, 0.0, 1.0, 1.0, 0.0}, Dims{2, 2, 2});
  const Array det = linalg::det(a);
  EXPECT_EQ(det.shape(), Dims{2});
  EXPECT_NEAR(det.at<double>({0}), -2, 1e-15);
  EXPECT_EQ(det.at<double>({1}), -1);
  EXPECT_EQ(linalg::det(a.select(0, 0)).shape(), Dims{});
  EXPECT_LE(largest_error(values_of(matmul(linalg::inv(a), a)),
                          values_of(eye(2).broadcast_to({2, 2, 2}))),
            1e-14);
  EXPECT_EQ(linalg::det(ones({3, 3})).item<double>(), 0);
}

TEST_F(LinalgKernels, AStackIsItsMatricesOneByOne) {
  for (const DType dtype : kFloatingDTypes) {
    const Array stack = well_conditioned(random, {2, 3, 4, 4}, dtype);
    for (const Operation& operation : kOperations) {
      SCOPED_TRACE(operation.name + " of " + std::string(name(dtype)));
      const std::vector<Array> whole = operation.run(stack);
      for (std::int64_t i = 0; i < 6; ++i) {
        const std::vector<Array> one = operation.run(stack.select(0, i / 3).select(0, i % 3));
        for (std::size_t k = 0; k < one.size(); ++k) {
          EXPECT_TRUE(same_bits(whole[k].select(0, i / 3).select(0, i % 3), one[k])) << i;
        }
      }
    }
  }
}

TEST_F(LinalgKernels, LayoutsAndThreadsDoNotChangeABit) {
  const Array stack = well_conditioned(random, {3, 12, 12}, DType::complex64);
  for (const Operation& operation : kOperations) {
    set_num_threads(1);
    const std::vector<Array> expected = operation.run(stack);
    set_num_threads(4);
    for (const Layout layout : kLayouts) {
      SCOPED_TRACE(operation.name + " " + std::string(to_string(layout)));
      const Array same = laid_out(stack, layout);
      const std::vector<Array> results = operation.run(same);
      const bool repeated = layout == Layout::broadcast;
      for (std::size_t k = 0; k < results.size(); ++k) {
        EXPECT_TRUE(same_bits(repeated ? results[k].select(0, 2) : results[k],
                              repeated ? expected[k].select(0, 0) : expected[k]));
      }
    }
    set_num_threads(0);
  }
}

TEST_F(LinalgKernels, EmptyStacksAndMatricesWithoutElements) {
  for (const Operation& operation : kOperations) {
    SCOPED_TRACE(operation.name);
    for (const Dims& shape : {Dims{0, 0}, Dims{2, 0, 0}, Dims{0, 3, 3}, Dims{0, 0, 0}}) {
      for (const Array& result : operation.run(Array::empty(shape))) {
        EXPECT_TRUE(operation.name == "det" || result.size() == 0) << to_string(shape);
      }
    }
  }
  EXPECT_EQ(linalg::det(Array::empty({0, 0})).item<double>(), 1);
  EXPECT_THAT(linalg::det(Array::empty({2, 0, 0})).span<double>(), testing::ElementsAre(1, 1));
  EXPECT_EQ(linalg::qr(Array::empty({3, 0})).q.shape(), (Dims{3, 0}));
  EXPECT_TRUE(same_bits(linalg::qr(Array::empty({3, 0}), true).q, eye(3)));
  EXPECT_TRUE(same_bits(linalg::svd(Array::empty({0, 2})).vh, eye(2)));
  EXPECT_TRUE(same_bits(linalg::lu(Array::empty({2, 0})).p, eye(2)));
  EXPECT_EQ(linalg::solve(eye(3), Array::empty({3, 0})).shape(), (Dims{3, 0}));
}

TEST_F(LinalgKernels, IntegersAreComputedAsFloat64) {
  const Array a = Array::from({2, 0, 0, 4}, Dims{2, 2});
  EXPECT_THAT(linalg::inv(a).span<double>(), testing::ElementsAre(0.5, 0, 0, 0.25));
  const Array x =
      linalg::solve(Array::from({2.0f, 0.0f, 0.0f, 4.0f}, Dims{2, 2}), Array::from({1.0, 1.0}));
  EXPECT_EQ(x.dtype(), DType::float64);
  EXPECT_THAT(x.span<double>(), testing::ElementsAre(0.5, 0.25));
}

TEST_F(LinalgKernels, ErrorsSayWhatIsWrong) {
  const Array singular = Array::from({1.0, 2.0, 2.0, 4.0}, Dims{2, 2}), b = ones({2});
  EXPECT_THAT([&] { linalg::solve(singular, b); },
              ThrowsMessage<LinAlgError>("[solve] matrix is singular: zero pivot in column 1"));
  EXPECT_THAT([&] { linalg::inv(singular); },
              ThrowsMessage<LinAlgError>("[inv] matrix is singular: zero pivot in column 1"));
  EXPECT_THAT([&] { linalg::cholesky(singular); },
              ThrowsMessage<LinAlgError>(
                  "[cholesky] matrix is not positive definite: leading minor of order 2"));
  const Array infinite = full({2, 2}, INFINITY);
  EXPECT_THAT([&] { linalg::eigh(infinite); },
              ThrowsMessage<LinAlgError>("[eigh] input contains NaN or infinity"));
  EXPECT_THAT([&] { linalg::eig(infinite); },
              ThrowsMessage<LinAlgError>("[eig] input contains NaN or infinity"));
  EXPECT_THAT([&] { linalg::svd(infinite); },
              ThrowsMessage<LinAlgError>("[svd] input contains NaN or infinity"));
  EXPECT_THAT(
      [&] {
        linalg::inv(ones({2, 3}));
      },
      ThrowsMessage<ShapeError>("[inv] a square matrix is needed, shape is (2, 3)"));
  EXPECT_THAT([&] { linalg::qr(b); },
              ThrowsMessage<ShapeError>("[qr] a matrix is needed, shape is (2,)"));
  EXPECT_THAT([&] { linalg::solve(singular, ones({3})); },
              ThrowsMessage<ShapeError>("[solve] sizes differ: (2, 2) against (3,)"));
}

// A matrix that takes no memory itself: what it would take to decompose it is known beforehand.
TEST_F(LinalgKernels, WorkBeyondMemoryIsRefusedBeforeItBegins) {
  const Array huge = ones({1, 1}).broadcast_to({1'000'000, 1'000'000});
  for (const Operation& operation : kOperations) {
    SCOPED_TRACE(operation.name);
    EXPECT_THAT([&] { operation.run(huge); },
                ThrowsMessage<MemoryPlanError>(testing::HasSubstr("workspace")));
  }
}

TEST_F(LinalgKernels, TheTraceNamesTheReference) {
  const Array a = well_conditioned(random, {3, 3}, DType::float64);
  for (const Operation& operation : kOperations) {
    const Trace trace;
    operation.run(a);
    ASSERT_EQ(trace.events().size(), 1u) << operation.name;
    EXPECT_EQ(trace.events()[0].backend, "reference") << operation.name;
    EXPECT_EQ(trace.events()[0].op, operation.name.substr(0, operation.name.find(' ')));
  }
}

}  // namespace
}  // namespace loom::test
