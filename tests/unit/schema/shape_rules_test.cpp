#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "call.h"

namespace loom::schema {
namespace {

using testing::ElementsAre;

std::vector<Dims> shapes(std::string_view op, std::initializer_list<Dims> inputs,
                         std::vector<Attribute> attributes = {}) {
  std::vector<View> views;
  for (const Dims& shape : inputs) views.push_back(view_of(shape));
  return Call(op, views, std::move(attributes)).shapes();
}

std::string shape_error(std::string_view op, std::initializer_list<Dims> inputs,
                        std::vector<Attribute> attributes = {}) {
  try {
    shapes(op, inputs, std::move(attributes));
  } catch (const ShapeError& error) {
    return error.what();
  }
  return "no ShapeError";
}

Attribute integer(std::int64_t value) { return value; }

TEST(ShapeRules, ElementwiseOperandsBroadcast) {
  EXPECT_THAT(shapes("add", {{2, 1}, {3}}), ElementsAre(Dims{2, 3}));
  EXPECT_THAT(shapes("where", {{}, {4, 1}, {1, 5}}), ElementsAre(Dims{4, 5}));
  EXPECT_EQ(shape_error("add", {{2}, {3}}), "[add] shapes (2,) and (3,) do not broadcast");
}

TEST(ShapeRules, CreationTakesShapesFromAttributes) {
  EXPECT_THAT(shapes("full", {{}}, {Dims{2, 3}}), ElementsAre(Dims{2, 3}));
  EXPECT_THAT(shapes("arange", {{}, {}}, {integer(5)}), ElementsAre(Dims{5}));
  EXPECT_THAT(shapes("eye", {}, {integer(2), integer(4), integer(0), DType::int8}),
              ElementsAre(Dims{2, 4}));
  EXPECT_EQ(shape_error("arange", {{}, {}}, {integer(-1)}), "[arange] length is -1");
}

TEST(ShapeRules, ReductionsDropOrKeepAxes) {
  EXPECT_THAT(shapes("sum", {{2, 3, 4}}, {Dims{0, 2}, false}), ElementsAre(Dims{3}));
  EXPECT_THAT(shapes("sum", {{2, 3, 4}}, {Dims{0, 2}, true}), ElementsAre(Dims{1, 3, 1}));
  EXPECT_THAT(shapes("sum", {{2, 3}}, {Dims{}, false}), ElementsAre(Dims{2, 3}));
  EXPECT_THAT(shapes("sum", {{2, 3}}, {Dims{0, 1}, false}), ElementsAre(Dims{}));
}

TEST(ShapeRules, ScansKeepTheShapeOrAddOne) {
  EXPECT_THAT(shapes("cumulative_sum", {{2, 3}}, {integer(1), false}), ElementsAre(Dims{2, 3}));
  EXPECT_THAT(shapes("cumulative_sum", {{2, 3}}, {integer(1), true}), ElementsAre(Dims{2, 4}));
}

TEST(ShapeRules, SearchesLookIntoAVector) {
  EXPECT_THAT(shapes("searchsorted", {{5}, {2, 3}}, {false}), ElementsAre(Dims{2, 3}));
  EXPECT_EQ(shape_error("searchsorted", {{5, 1}, {2}}, {false}),
            "[searchsorted] a sorted vector is needed, shape is (5, 1)");
}

TEST(ShapeRules, IndicesReplaceTheAxesTheyName) {
  const Dims a = {4, 5, 6};
  EXPECT_THAT(shapes("gather", {a, {1, 7, 8}}, {Dims{1}, integer(1)}),
              ElementsAre(Dims{4, 7, 8, 6}));
  EXPECT_THAT(shapes("gather", {a, {1, 7}}, {Dims{1}, integer(0)}), ElementsAre(Dims{7, 4, 6}));
  EXPECT_THAT(shapes("gather", {a, {1, 7}}, {Dims{1}, integer(2)}), ElementsAre(Dims{4, 6, 7}));
  EXPECT_THAT(shapes("gather", {a, {3}}, {Dims{0, 1, 2}, integer(0)}), ElementsAre(Dims{}));
  EXPECT_EQ(shape_error("gather", {a, {2, 7}}, {Dims{1}, integer(0)}),
            "[gather] indices of shape (2, 7) do not name 1 axes");
  EXPECT_THAT(shapes("scatter", {a, {1, 7}, {7, 1, 6}}, {Dims{1}, integer(0)}), ElementsAre(a));
  EXPECT_EQ(shape_error("scatter", {a, {1, 7}, {1, 7, 4, 6}}, {Dims{1}, integer(0)}),
            "[scatter] values of shape (1, 7, 4, 6) do not broadcast to (7, 4, 6)");
  EXPECT_THAT(shapes("take_along_axis", {{4, 5}, {1, 9}}, {integer(1)}), ElementsAre(Dims{4, 9}));
  EXPECT_EQ(shape_error("take_along_axis", {{4, 5}, {9}}, {integer(1)}),
            "[take_along_axis] shapes (4, 5) and (9,) differ in rank");
  EXPECT_THAT(shapes("nonzero", {a}, {integer(9)}), ElementsAre(Dims{3, 9}));
}

TEST(ShapeRules, MatmulTakesVectorsMatricesAndStacks) {
  EXPECT_THAT(shapes("matmul", {{3, 4}, {4, 5}}), ElementsAre(Dims{3, 5}));
  EXPECT_THAT(shapes("matmul", {{4}, {4, 5}}), ElementsAre(Dims{5}));
  EXPECT_THAT(shapes("matmul", {{3, 4}, {4}}), ElementsAre(Dims{3}));
  EXPECT_THAT(shapes("matmul", {{4}, {4}}), ElementsAre(Dims{}));
  EXPECT_THAT(shapes("matmul", {{7, 1, 3, 4}, {6, 4, 5}}), ElementsAre(Dims{7, 6, 3, 5}));
  EXPECT_THAT(shapes("matmul", {{2, 3, 4}, {4}}), ElementsAre(Dims{2, 3}));
  EXPECT_THAT(shapes("matmul", {{4}, {2, 4, 5}}), ElementsAre(Dims{2, 5}));
  EXPECT_THAT(shapes("matmul", {{3, 0}, {0, 5}}), ElementsAre(Dims{3, 5}));
  EXPECT_EQ(shape_error("matmul", {{3, 4}, {5, 6}}),
            "[matmul] inner dimensions differ: (3, 4) @ (5, 6)");
  EXPECT_EQ(shape_error("matmul", {{3}, {4}}), "[matmul] inner dimensions differ: (3,) @ (4,)");
  EXPECT_EQ(shape_error("matmul", {{}, {4}}),
            "[matmul] a 0-d array has no matrix product: float64(), float64(4,)");
  EXPECT_EQ(shape_error("matmul", {{2, 3, 4}, {3, 4, 5}}),
            "[matmul] shapes (2,) and (3,) do not broadcast");
}

TEST(ShapeRules, VectorProductsTakeVectors) {
  EXPECT_THAT(shapes("dot", {{4}, {4}}), ElementsAre(Dims{}));
  EXPECT_EQ(shape_error("dot", {{4}, {5}}),
            "[dot] two vectors of one length are needed, found float64(4,), float64(5,)");
  EXPECT_EQ(shape_error("dot", {{2, 2}, {2, 2}}),
            "[dot] two vectors of one length are needed, found float64(2, 2), float64(2, 2)");
  EXPECT_THAT(shapes("convolve", {{5}, {3}}, {integer(0)}), ElementsAre(Dims{7}));
  EXPECT_THAT(shapes("convolve", {{3}, {5}}, {integer(1)}), ElementsAre(Dims{5}));
  EXPECT_THAT(shapes("convolve", {{3}, {5}}, {integer(2)}), ElementsAre(Dims{3}));
  EXPECT_EQ(shape_error("convolve", {{0}, {5}}, {integer(0)}),
            "[convolve] two non-empty vectors are needed, found float64(0,), float64(5,)");
  EXPECT_THROW(shapes("convolve", {{3}, {5}}, {integer(3)}), ValueError);
}

TEST(ShapeRules, VecdotBroadcastsAllButTheLastDimension) {
  EXPECT_THAT(shapes("vecdot", {{4}, {4}}), ElementsAre(Dims{}));
  EXPECT_THAT(shapes("vecdot", {{2, 1, 4}, {3, 4}}), ElementsAre(Dims{2, 3}));
  EXPECT_EQ(shape_error("vecdot", {{1}, {4}}),
            "[vecdot] vectors of one length are needed, found float64(1,), float64(4,)");
  EXPECT_EQ(shape_error("vecdot", {{}, {4}}),
            "[vecdot] vectors of one length are needed, found float64(), float64(4,)");
  EXPECT_EQ(shape_error("vecdot", {{2, 4}, {3, 4}}),
            "[vecdot] shapes (2,) and (3,) do not broadcast");
}

TEST(ShapeRules, TrianglesAreOfMatrices) {
  EXPECT_THAT(shapes("tril", {{5, 2, 3}}, {integer(1)}), ElementsAre(Dims{5, 2, 3}));
  EXPECT_EQ(shape_error("triu", {{3}}, {integer(0)}), "[triu] a matrix is needed, shape is (3,)");
}

TEST(ShapeRules, TransposeReversesDimensions) {
  EXPECT_THAT(shapes("transpose", {{2, 3, 4}}), ElementsAre(Dims{4, 3, 2}));
}

TEST(ShapeRules, FactorisationsOfTallAndWideStacks) {
  EXPECT_THAT(shapes("lu", {{7, 5, 3}}), ElementsAre(Dims{7, 5, 5}, Dims{7, 5, 3}, Dims{7, 3, 3}));
  EXPECT_THAT(shapes("lu", {{3, 5}}), ElementsAre(Dims{3, 3}, Dims{3, 3}, Dims{3, 5}));
  EXPECT_THAT(shapes("qr", {{5, 3}}, {false}), ElementsAre(Dims{5, 3}, Dims{3, 3}));
  EXPECT_THAT(shapes("qr", {{5, 3}}, {true}), ElementsAre(Dims{5, 5}, Dims{5, 3}));
  EXPECT_THAT(shapes("qr", {{3, 5}}, {false}), ElementsAre(Dims{3, 3}, Dims{3, 5}));
  EXPECT_THAT(shapes("svd", {{5, 3}}, {false}), ElementsAre(Dims{5, 3}, Dims{3}, Dims{3, 3}));
  EXPECT_THAT(shapes("svd", {{2, 3, 5}}, {true}),
              ElementsAre(Dims{2, 3, 3}, Dims{2, 3}, Dims{2, 5, 5}));
  EXPECT_THAT(shapes("svdvals", {{2, 3, 5}}), ElementsAre(Dims{2, 3}));
  EXPECT_EQ(shape_error("lu", {{4}}), "[lu] a matrix is needed, shape is (4,)");
}

TEST(ShapeRules, SquareMatricesAreNeededForMany) {
  EXPECT_THAT(shapes("eigh", {{2, 4, 4}}), ElementsAre(Dims{2, 4}, Dims{2, 4, 4}));
  EXPECT_THAT(shapes("eig", {{4, 4}}), ElementsAre(Dims{4}, Dims{4, 4}));
  EXPECT_THAT(shapes("cholesky", {{4, 4}}, {false}), ElementsAre(Dims{4, 4}));
  EXPECT_THAT(shapes("inv", {{3, 4, 4}}), ElementsAre(Dims{3, 4, 4}));
  EXPECT_THAT(shapes("det", {{3, 4, 4}}), ElementsAre(Dims{3}));
  EXPECT_THAT(shapes("det", {{4, 4}}), ElementsAre(Dims{}));
  EXPECT_THAT(shapes("slogdet", {{3, 4, 4}}), ElementsAre(Dims{3}, Dims{3}));
  EXPECT_THAT(shapes("eigvals", {{3, 4, 4}}), ElementsAre(Dims{3, 4}));
  for (const std::string op : {"eigh", "eigvalsh", "eig", "eigvals", "inv", "det", "slogdet"}) {
    EXPECT_EQ(shape_error(op, {{3, 4}}), "[" + op + "] a square matrix is needed, shape is (3, 4)");
  }
}

TEST(ShapeRules, SolveTakesMatricesAndVectors) {
  EXPECT_THAT(shapes("solve", {{4, 4}, {4}}), ElementsAre(Dims{4}));
  EXPECT_THAT(shapes("solve", {{4, 4}, {4, 2}}), ElementsAre(Dims{4, 2}));
  EXPECT_THAT(shapes("solve", {{3, 4, 4}, {4}}), ElementsAre(Dims{3, 4}));
  EXPECT_THAT(shapes("solve", {{3, 1, 4, 4}, {5, 4, 2}}), ElementsAre(Dims{3, 5, 4, 2}));
  EXPECT_EQ(shape_error("solve", {{4, 4}, {3}}), "[solve] sizes differ: (4, 4) against (3,)");
  EXPECT_EQ(shape_error("solve", {{4, 4}, {3, 4}}), "[solve] sizes differ: (4, 4) against (3, 4)");
}

TEST(ShapeRules, FourierTransformsChangeOneAxis) {
  const std::vector<Attribute> attributes = {integer(8), integer(0), integer(0)};
  EXPECT_THAT(shapes("fft", {{5, 3}}, attributes), ElementsAre(Dims{8, 3}));
  EXPECT_THAT(shapes("rfft", {{5, 3}}, attributes), ElementsAre(Dims{5, 3}));
  EXPECT_THAT(shapes("irfft", {{5, 3}}, attributes), ElementsAre(Dims{8, 3}));
  EXPECT_EQ(shape_error("fft", {{5}}, {integer(0), integer(0), integer(0)}),
            "[fft] length is 0, at least 1 is needed");
}

}  // namespace
}  // namespace loom::schema
