#include "parity/inputs.h"

#include <map>

#include "loom/dispatch/selection.h"
#include "parity/generators.h"

namespace loom::test {
namespace {

using schema::Family;
using schema::OpRow;
using Generator = std::vector<Problem> (*)(const OpRow& row, DType dtype, Random& random);

/// Who makes the inputs of an operation. Elementwise rows and reductions are all called alike.
const std::map<std::string_view, Generator> kGenerators = {
    {"full", generators::full},
    {"arange", generators::arange},
    {"linspace", generators::linspace},
    {"eye", generators::eye},
    {"copy", generators::copy},
    {"astype", generators::astype},
    {"matmul", generators::matmul},
    {"dot", generators::dot},
    {"convolve", generators::convolve},
    {"lu", generators::any_matrix},
    {"qr", generators::any_matrix},
    {"svd", generators::any_matrix},
    {"eigh", generators::any_matrix},
    {"eig", generators::any_matrix},
    {"cholesky", generators::regular_matrix},
    {"inv", generators::regular_matrix},
    {"det", generators::regular_matrix},
    {"solve", generators::solve},
    {"fft", generators::fourier},
    {"ifft", generators::fourier},
    {"rfft", generators::fourier},
    {"irfft", generators::fourier},
    {"uniform", generators::real_stream},
    {"normal", generators::real_stream},
    {"integers", generators::integers},
    {"permutation", generators::permutation},
    {"count_genotypes", generators::genotypes},
    {"decode_genotypes", generators::genotypes},
    {"lmm_sums", generators::lmm_sums},
};

Generator generator_of(const OpRow& row) {
  if (row.family == Family::elementwise) return generators::elementwise;
  if (row.family == Family::reduction) return generators::reduction;
  const auto found = kGenerators.find(row.name);
  return found == kGenerators.end() ? nullptr : found->second;
}

}  // namespace

std::string describe(const OpRow& row, const Problem& problem) {
  std::string text;
  for (const Array& input : problem.inputs) {
    text += (text.empty() ? "" : ", ") + to_string(input.view());
  }
  for (std::size_t i = 0; i < problem.attributes.size(); ++i) {
    text += (i == 0 ? " " : ", ") + to_string(row.attributes[i], problem.attributes[i]);
  }
  return text;
}

std::vector<Problem> problems_of(const OpRow& row, DType dtype, Random& random) {
  const BackendScope scope("reference");
  const Generator generator = generator_of(row);
  return generator == nullptr ? std::vector<Problem>{} : generator(row, dtype, random);
}

std::vector<schema::OpId> computed_rows() {
  generators::add_rows_of_modules();
  std::vector<schema::OpId> rows;
  for (std::size_t i = 0; i < schema::row_count(); ++i) {
    const auto op = static_cast<schema::OpId>(i);
    if (schema::row(op).family != Family::view) rows.push_back(op);
  }
  return rows;
}

}  // namespace loom::test
