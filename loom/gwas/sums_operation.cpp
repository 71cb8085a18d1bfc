#include "loom/gwas/sums_operation.h"

#include <fmt/format.h>

#include "loom/dispatch/registry.h"
#include "loom/gwas/operations.h"
#include "loom/gwas/weighted_sums_kernel.h"
#include "loom/ops/call.h"
#include "loom/support/threads.h"

namespace loom::gwas {
namespace {

using dispatch::KernelCall;
using schema::Cost;
using schema::Query;

// Inputs: blocks of the model, x, lambdas, rows. Attributes: samples, orders.
enum Input { kBlocks, kX, kLambdas, kRows };
enum AttributeIndex { kSamples, kOrders };

constexpr schema::AttributeSpec kAttributes[] = {
    {"samples", "int", "samples of the model; the blocks are padded beyond"},
    {"orders", "int", "orders of the sums, 1 to 3"}};
constexpr std::int64_t kSnpsPerPiece = 8;

schema::DTypes dtypes(const Query&) {
  schema::DTypes types;
  types.inputs = {DType::float64, DType::float64, DType::float64, DType::int64};
  types.outputs = {DType::float64};
  return types;
}

/// Whether blocks of eight samples, padded to whole tiles as ModelColumns pads them, are `samples`.
bool blocks_hold(const View& blocks, std::int64_t samples) {
  const std::int64_t tile = 8 * kTileBlocks;
  return blocks.rank() == 3 && blocks.shape[1] >= 2 && blocks.shape[2] == 8 &&
         8 * blocks.shape[0] == (samples + tile - 1) / tile * tile;
}

/// Columns of the sums: a block has rows for the eigenvalue, the covariates and the phenotype.
std::int64_t columns_of(const Query& q) { return q.shape(kBlocks)[1]; }

void shape(const Query& q, std::span<Dims> outputs) {
  const auto samples = q.attribute<std::int64_t>(kSamples);
  const bool fits = blocks_hold(q.inputs[kBlocks], samples) && q.shape(kX).size() == 2 &&
                    q.shape(kLambdas).size() == 1 && q.shape(kRows) == q.shape(kLambdas) &&
                    q.shape(kX)[1] == samples;
  if (!fits) throw ShapeError("[lmm_sums] shapes do not fit: " + describe_inputs(q));
  outputs[0] = {q.shape(kRows)[0], sums_size(columns_of(q), q.attribute<std::int64_t>(kOrders))};
}

Cost cost(const Query& q, std::span<const View> outputs) {
  const auto evaluations = static_cast<double>(q.shape(kRows)[0]);
  const auto n = static_cast<double>(q.attribute<std::int64_t>(kSamples));
  const auto sums = static_cast<double>(outputs[0].shape[1]);
  return {2 * evaluations * n * sums, 8 * evaluations * n};
}

void check_rows(const KernelCall& call) {
  const View& rows = call.inputs[kRows];
  for (std::int64_t i = 0; i < rows.shape[0]; ++i) {
    const std::int64_t row = rows.as<const std::int64_t>()[i * rows.strides[0]];
    if (row < 0 || row >= call.shape(kX)[0]) {
      throw ValueError(fmt::format("[lmm_sums] row {} of {} SNPs", row, call.shape(kX)[0]));
    }
  }
}

std::optional<std::string> refuse_strided(const KernelCall& call) {
  if (call.inputs[kBlocks].is_contiguous() && call.inputs[kX].is_contiguous()) return std::nullopt;
  return "the samples of a SNP do not lie side by side";
}

void run(const KernelCall& call) {
  check_rows(call);
  static const SumsKernel kernel = usable_sums_kernels().front();
  const View &x = call.inputs[kX], &lambdas = call.inputs[kLambdas], &rows = call.inputs[kRows];
  const View& out = call.outputs[0];
  const auto samples = call.attribute<std::int64_t>(kSamples);
  parallel_for(rows.shape[0], kSnpsPerPiece, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const std::int64_t row = rows.as<const std::int64_t>()[i * rows.strides[0]];
      kernel({.blocks = call.inputs[kBlocks].as<const Lanes>(),
              .samples = samples,
              .columns = columns_of(call),
              .x = x.as<const double>() + row * samples,
              .lambda = lambdas.as<const double>()[i * lambdas.strides[0]],
              .orders = call.attribute<std::int64_t>(kOrders),
              .sums = out.as<double>() + i * out.shape[1]});
    }
  });
}

}  // namespace

schema::OpId add_lmm_sums() {
  return dispatch::Registry::instance().add_operation(
      {"lmm_sums",
       schema::Family::domain,
       4,
       1,
       dtypes,
       shape,
       cost,
       {schema::Measure::norm, 4},
       "weighted inner products of covariates, SNPs and phenotype",
       kAttributes},
      {.run = run, .refuse = refuse_strided});
}

Array snp_sums(const ModelColumns& model, const Array& x, const Array& rows, const Array& lambdas,
               std::int64_t orders) {
  const std::span<const Lanes> lanes = model.blocks();
  const Dims block_shape = {std::ssize(lanes) / model.block_rows(), model.block_rows(), 8};
  const Array blocks = Array::borrow(const_cast<Lanes*>(lanes.data()), block_shape,
                                     c_strides(block_shape), DType::float64, false, nullptr);
  const schema::Attribute attributes[] = {model.samples(), orders};
  return ops::call(operations().lmm_sums, {&blocks, &x, &lambdas, &rows}, attributes);
}

}  // namespace loom::gwas
