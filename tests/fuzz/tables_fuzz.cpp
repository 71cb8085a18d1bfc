#include <functional>

#include "fuzz_file.h"
#include "loom/gwas/genotypes/snp_list.h"
#include "loom/gwas/tables/design_matrix.h"
#include "loom/gwas/tables/environment.h"
#include "loom/gwas/tables/kinship_pairs.h"
#include "loom/gwas/tables/matrix_file.h"
#include "loom/gwas/tables/phenotype_choice.h"
#include "loom/gwas/tables/sample_ids.h"
#include "loom/gwas/tables/sample_selection.h"
#include "loom/support/error.h"

namespace loom::fuzz {

using namespace gwas;

namespace {

const std::vector<Sample> kSamples = {{"F1", "I1"}, {"", "I2"}, {"F3", "I3"}};
const SampleList kData{kSamples, "data.fam"};
const ExpectedRows kRows{3, "three of them"};
const std::vector<std::int64_t> kPlaces = {2, 0};

void require_three(std::size_t size) {
  if (size != 3) std::abort();
}

void read_table(const std::string& path) {
  const AlignedTable table(path, kData, kRows);
  const std::vector<PhenotypeId> columns =
      choose_phenotypes({.all = true}, table.names(), table.path().string());
  const std::vector<Phenotype> phenotypes = read_phenotypes(table, columns);
  for (const Phenotype& phenotype : phenotypes) require_three(phenotype.size());
  const Covariates categories = read_covariates(table, {.categorical = {"1"}});
  const SampleSelection selection = select_samples(std::ssize(kSamples), {}, categories);
  const DesignMatrix design = design_matrix(categories, selection.samples);
  if (design.rows != std::ssize(selection.samples)) std::abort();
  require_three(read_environment(table).size());
}

}  // namespace

// The readers do not ask what a file is, so that each of them may be given any.
void read_input(std::string_view input) {
  const std::string text = write_file("table", input), binary = write_file("matrix.npy", input);
  std::vector<double> numbers(9);
  const auto four = std::span(numbers).first(4), six = std::span(numbers).first(6);
  const std::function<void()> readers[] = {
      [&] { read_table(text); },
      [&] { read_kinship_pairs(text, kData, numbers); },
      [&] { read_matrix(text, kRows, 2, six); },
      [&] { read_kinship(text, kRows, kPlaces, four); },
      [&] { read_matrix(binary, kRows, 2, six); },
      [&] { read_kinship(binary, kRows, kPlaces, four); },
      [&] { read_snp_list(text); },
      [&] { read_ids(text); },
  };
  for (const auto& read : readers) {
    try {
      read();
    } catch (const Error&) {
      // The others may take it.
    }
  }
}

std::vector<std::string> seeds() {
  const auto npy = [](const std::string& type, const std::string& order, const std::string& shape,
                      std::size_t bytes) {
    std::string header =
        "{'descr': '" + type + "', 'fortran_order': " + order + ", 'shape': (" + shape + "), }";
    header.resize(117, ' ');
    return std::string("\x93NUMPY\1\0v\0", 10) + header + '\n' + std::string(bytes, '\0');
  };
  return {"1 2\n3 4\n5 NA\n",
          "0.5,1\t2\r\n1 -1e-300 0x\n2 +0. 1e308\n",
          "1 2 3\n2 1 4\n3 4 1\n",
          "#FID IID\nF1 I1\n0 I2\nI3\n",
          "FID,IID,age,sex\nF3,I3,3.5,m\r\nF1,I1,nan,f\nF9,I2,-9,m\n",
          "I1 I2 0.5\nI2 I1 0.5\nI3 I3 1\n",
          npy("<f8", "False", "3, 3", 72),
          npy("<f4", "True", "3, 2", 24),
          npy("<i8", "False", "3,", 24)};
}

}  // namespace loom::fuzz
