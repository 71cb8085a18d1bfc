#include "parity/inputs.h"

#include <map>

#include "loom/dispatch/selection.h"
#include "parity/generators.h"

namespace loom::test {
namespace {

using schema::Family;
using schema::OpRow;
using Generator = std::vector<Problem> (*)(const OpRow& row, DType dtype, Random& random);

/// Who makes the inputs of an operation. Other elementwise rows and reductions are called alike.
const std::map<std::string_view, Generator> kGenerators = {
    {"full", generators::full},
    {"arange", generators::arange},
    {"linspace", generators::linspace},
    {"eye", generators::eye},
    {"tril", generators::triangle},
    {"triu", generators::triangle},
    {"copy", generators::copy},
    {"astype", generators::astype},
    {"var", generators::variance},
    {"argmin", generators::exact_reduction},
    {"argmax", generators::exact_reduction},
    {"count_nonzero", generators::exact_reduction},
    {"all", generators::exact_reduction},
    {"any", generators::exact_reduction},
    {"cumulative_sum", generators::scan},
    {"cumulative_prod", generators::scan},
    {"sort", generators::sorting},
    {"argsort", generators::sorting},
    {"searchsorted", generators::searchsorted},
    {"gather", generators::indexing},
    {"scatter", generators::indexing},
    {"take_along_axis", generators::take_along_axis},
    {"nonzero", generators::nonzero},
    {"matmul", generators::matmul},
    {"matmul_integer", generators::matmul_integer},
    {"dot", generators::dot},
    {"vecdot", generators::vecdot},
    {"convolve", generators::convolve},
    {"lu", generators::any_matrix},
    {"qr", generators::any_matrix},
    {"svd", generators::any_matrix},
    {"svdvals", generators::any_matrix},
    {"eigh", generators::any_matrix},
    {"eigvalsh", generators::any_matrix},
    {"eig", generators::any_matrix},
    {"eigvals", generators::any_matrix},
    {"cholesky", generators::regular_matrix},
    {"inv", generators::regular_matrix},
    {"det", generators::regular_matrix},
    {"slogdet", generators::regular_matrix},
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
    {"lmm_scan", generators::lmm_scan},
};

Generator generator_of(const OpRow& row) {
  const auto found = kGenerators.find(row.name);
  if (found != kGenerators.end()) return found->second;
  if (row.family == Family::elementwise) return generators::elementwise;
  return row.family == Family::reduction ? generators::reduction : nullptr;
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
