#include "loom/gwas/kinship_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "loom/gwas/tables/kinship_pairs.h"
#include "loom/gwas/tables/matrix_file.h"
#include "loom/gwas/tables/sample_ids.h"
#include "loom/support/error.h"
#include "loom/support/threads.h"

namespace loom::gwas {
namespace {

/// Whether these are the numbers 0 to n - 1, in order.
bool are_all(std::span<const std::int64_t> places, std::int64_t n) {
  std::vector<std::int64_t> all(static_cast<std::size_t>(n));
  std::iota(all.begin(), all.end(), 0);
  return std::ranges::equal(places, all);
}

/// A copy of the rows and columns `places` of a square matrix.
Array submatrix(const Array& matrix, std::span<const std::int64_t> places) {
  const std::int64_t n = std::ssize(places), stride = matrix.shape(0);
  Array result = Array::empty({n, n});
  const double* from = matrix.span<const double>().data();
  double* to = result.data<double>();
  parallel_for(n, 64, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      for (std::int64_t j = 0; j < n; ++j) to[i * n + j] = from[places[i] * stride + places[j]];
    }
  });
  return result;
}

/// Which samples of the data set are analysed in any cohort.
std::vector<bool> analysed_samples(const Study& study) {
  std::vector<bool> analysed(static_cast<std::size_t>(study.genotypes->sample_count()));
  for (const Cohort& cohort : study.cohorts) {
    for (const std::int64_t sample : cohort.selection.samples) {
      analysed[static_cast<std::size_t>(sample)] = true;
    }
  }
  return analysed;
}

bool is_matrix_file(const KinshipInput& input) {
  return !input.array && input.format == KinshipFormat::matrix;
}

}  // namespace

std::int64_t kinship_samples_kept(const Study& study, const KinshipInput& input) {
  if (!is_matrix_file(input)) return study.genotypes->sample_count();
  return std::ranges::count(analysed_samples(study), true);
}

MemoryPlan kinship_input_memory(std::int64_t kept, std::int64_t analysed) {
  constexpr std::int64_t kNumber = sizeof(double);
  MemoryPlan plan("reading K");
  plan.add("as read", kNumber * kept * kept);
  return kept == analysed ? plan : plan.add("analysed samples", kNumber * analysed * analysed);
}

/// Room for what is read, where there is some for what follows too.
Array GivenKinship::room() const {
  const std::int64_t n = kinship_samples_kept(study_, input_);
  kinship_input_memory(n, std::ranges::max(study_.cohorts, {}, &Cohort::analysed).analysed())
      .check();
  return Array::empty({n, n});
}

void GivenKinship::take_on_trust(const std::string& file) {
  report_.log().add("samples of the kinship matrix", "taken on trust, in the order of the data");
  report_.warn(fmt::format(
      "{} does not name its samples: that they are those of {}, in its order, is taken on trust",
      file, study_.genotypes->samples_file()));
}

void GivenKinship::read_pairs() {
  const SampleList data = study_.samples();
  matrix_ = room();
  source_ = input_.file;
  const KinshipPairs pairs = read_kinship_pairs(input_.file, data, matrix_.span<double>());
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (!pairs.present[i]) rows_[i] = -1;
  }
  report_.log().add("samples of the kinship matrix", "matched by name");
  if (pairs.others == 0) return;
  report_.say(fmt::format("{}: {} pairs are of samples that {} does not have", source_,
                          pairs.others, data.source));
}

void GivenKinship::read_matrix_file() {
  const SampleList data = study_.samples();
  const auto ids_file = find_ids_file(input_.file);
  const std::vector<Sample> ids = ids_file ? read_ids(*ids_file) : std::vector<Sample>();
  const bool named = ids_file && !(ids.size() == data.samples.size() &&
                                   are_numbered(ids) != are_numbered(data.samples));
  ExpectedRows rows = study_.genotypes->one_row_per_sample();
  if (named) {
    source_ = ids_file->string();
    rows_ = match_samples(data, {ids, source_});
    rows = {std::ssize(ids), fmt::format("one for each sample in {}", source_)};
    report_.log().add("samples of the kinship matrix", "matched by name");
  } else {
    take_on_trust(input_.file);
  }
  // Before a file is read that may be long.
  for (const Cohort& cohort : study_.cohorts) places_of(cohort);
  std::vector<std::int64_t> kept;  // rows of the file
  const std::vector<bool> analysed = analysed_samples(study_);
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (rows_[i] < 0 || !analysed[i]) {
      rows_[i] = -1;
    } else {
      kept.push_back(std::exchange(rows_[i], std::ssize(kept)));
    }
  }
  matrix_ = room();
  read_kinship(input_.file, rows, kept, matrix_.span<double>());
}

void GivenKinship::read() {
  const ExpectedRows rows = study_.genotypes->one_row_per_sample();
  rows_.resize(static_cast<std::size_t>(rows.count));
  std::iota(rows_.begin(), rows_.end(), 0);
  if (is_matrix_file(input_)) return read_matrix_file();
  if (!input_.array) return read_pairs();
  matrix_ = matrix_of("kinship", *input_.array, rows, rows.count);
  const std::string asymmetric = asymmetry(matrix_.span<const double>(), rows_);
  if (!asymmetric.empty()) throw ValueError("[kinship] not symmetric: " + asymmetric);
}

std::vector<std::int64_t> GivenKinship::places_of(const Cohort& cohort) const {
  std::vector<std::int64_t> places;
  std::vector<Sample> lacking;
  for (const std::int64_t sample : cohort.selection.samples) {
    places.push_back(rows_[static_cast<std::size_t>(sample)]);
    if (places.back() >= 0) continue;
    lacking.push_back(study_.genotypes->samples()[static_cast<std::size_t>(sample)]);
  }
  if (lacking.empty()) return places;
  throw Error(fmt::format("[kinship] {} of {} analysed samples are not in {}: {}", lacking.size(),
                          places.size(), source_, first_names(lacking)));
}

Array GivenKinship::analysed(const Cohort& cohort) {
  if (rows_.empty()) read();
  const std::vector<std::int64_t> places = places_of(cohort);
  const bool last = --uses_ == 0;
  // To be overwritten, which a user's array must not be.
  const bool ours = last && !(input_.array && matrix_.view().data == input_.array->view().data);
  const Array result =
      ours && are_all(places, matrix_.shape(0)) ? matrix_ : submatrix(matrix_, places);
  if (last) matrix_ = Array();
  centre(result);
  return result;
}

}  // namespace loom::gwas
