#include "loom/gwas/genotypes/genotype_operations.h"

#include <fmt/format.h>

#include "loom/dispatch/registry.h"
#include "loom/gwas/genotypes/genotype_counts.h"
#include "loom/gwas/operations.h"
#include "loom/ops/call.h"
#include "loom/support/threads.h"

namespace loom::gwas {
namespace {

using dispatch::KernelCall;
using schema::Cost;
using schema::DTypes;
using schema::Query;

constexpr std::int64_t kSnpsPerPiece = 16;

DTypes count_dtypes(const Query&) {
  DTypes types;
  types.inputs = {DType::uint8, DType::int64};
  types.outputs = {DType::int64};
  return types;
}

DTypes decode_dtypes(const Query&) {
  DTypes types;
  types.inputs = {DType::uint8, DType::float64, DType::int64};
  types.outputs = {DType::float64};
  return types;
}

// Packed rows are (p, bytes); the samples come last, and every sample's code must lie in a row.
void check_packed(const Query& q) {
  if (q.shape(0).size() != 2 || q.inputs.back().rank() != 1) {
    throw ShapeError(fmt::format("[{}] packed rows and a list of samples are needed, found {}",
                                 q.row.name, describe_inputs(q)));
  }
}

void count_shape(const Query& q, std::span<Dims> outputs) {
  check_packed(q);
  outputs[0] = {q.shape(0)[0], 4};
}

void decode_shape(const Query& q, std::span<Dims> outputs) {
  check_packed(q);
  if (q.shape(1) != Dims{q.shape(0)[0], 4}) {
    throw ShapeError(fmt::format("[{}] four values per SNP are needed, found {}", q.row.name,
                                 describe_inputs(q)));
  }
  outputs[0] = {q.shape(0)[0], q.shape(2)[0]};
}

Cost genotype_cost(const Query& q, std::span<const View> outputs) {
  const auto packed = static_cast<double>(q.inputs[0].bytes());
  return {4 * packed, packed + static_cast<double>(outputs[0].bytes())};
}

SampleSubset subset_of(const View& packed, const View& samples) {
  std::vector<std::int64_t> rows(samples.shape[0]);
  for (std::int64_t i = 0; i < samples.shape[0]; ++i) {
    rows[i] = samples.as<const std::int64_t>()[i * samples.strides[0]];
  }
  return SampleSubset(4 * packed.shape[1], std::move(rows));
}

/// Row `snp` of packed genotypes, whose bytes must lie side by side.
std::span<const std::uint8_t> row_of(const View& packed, std::int64_t snp) {
  return {packed.as<const std::uint8_t>() + snp * packed.strides[0],
          static_cast<std::size_t>(packed.shape[1])};
}

std::optional<std::string> refuse_split_rows(const KernelCall& call) {
  const View& packed = call.inputs[0];
  if (packed.shape[1] <= 1 || packed.strides[1] == 1) return std::nullopt;
  return "the bytes of a SNP do not lie side by side";
}

void count_kernel(const KernelCall& call) {
  const View& packed = call.inputs[0];
  const SampleSubset subset = subset_of(packed, call.inputs[1]);
  auto* out = call.outputs[0].as<std::int64_t>();
  parallel_for(packed.shape[0], kSnpsPerPiece, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t snp = begin; snp < end; ++snp) {
      const GenotypeCounts counts = subset.count(row_of(packed, snp));
      const std::int64_t row[] = {counts.two, counts.one, counts.zero, counts.missing};
      std::copy_n(row, 4, out + 4 * snp);
    }
  });
}

void decode_kernel(const KernelCall& call) {
  const View &packed = call.inputs[0], &values = call.inputs[1];
  const SampleSubset subset = subset_of(packed, call.inputs[2]);
  auto* out = call.outputs[0].as<double>();
  parallel_for(packed.shape[0], kSnpsPerPiece, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t snp = begin; snp < end; ++snp) {
      GenotypeValues codes;
      for (int code = 0; code < 4; ++code) {
        codes[code] = values.as<const double>()[snp * values.strides[0] + code * values.strides[1]];
      }
      subset.decode(row_of(packed, snp), codes, out + snp * subset.size());
    }
  });
}

schema::OpId add(std::string_view name, int inputs, schema::DTypeRule dtypes,
                 schema::ShapeRule shapes, std::string_view doc, void (*run)(const KernelCall&)) {
  const schema::OpRow row{name,   schema::Family::domain, inputs,         1,  dtypes,
                          shapes, genotype_cost,          schema::kExact, doc};
  return dispatch::Registry::instance().add_operation(row,
                                                      {.run = run, .refuse = refuse_split_rows});
}

}  // namespace

schema::OpId add_count_genotypes() {
  return add("count_genotypes", 2, count_dtypes, count_shape,
             "genotypes of each SNP among some samples", count_kernel);
}

schema::OpId add_decode_genotypes() {
  return add("decode_genotypes", 3, decode_dtypes, decode_shape, "two-bit genotypes as numbers",
             decode_kernel);
}

Array count_genotypes(const Array& packed, const Array& samples) {
  return ops::call(operations().count_genotypes, {&packed, &samples});
}

Array decode_genotypes(const Array& packed, const Array& values, const Array& samples) {
  return ops::call(operations().decode_genotypes, {&packed, &values, &samples});
}

}  // namespace loom::gwas
