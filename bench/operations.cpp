#include <benchmark/benchmark.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "loom/dispatch/selection.h"
#include "loom/gwas/model/scan.h"
#include "loom/ops/creation.h"
#include "loom/ops/elementwise.h"
#include "loom/ops/linalg.h"
#include "loom/ops/random.h"
#include "loom/ops/reduction.h"

// Some operations under every backend of this machine, as "operation/backend/size". One of them:
//   bench_operations --benchmark_filter=matmul/blas
namespace loom {
namespace {

using benchmark::Counter;
using benchmark::State;

/// Rates per second of what one iteration does: arithmetic, and memory read and written.
void count(State& state, double flops, double bytes) {
  state.counters["flops"] = Counter(flops, Counter::kIsIterationInvariantRate);
  state.counters["bytes"] =
      Counter(bytes, Counter::kIsIterationInvariantRate, Counter::OneK::kIs1024);
}

void bench_matmul(State& state, const std::string& backend) {
  const BackendScope scope(backend);
  const std::int64_t n = state.range(0);
  random::Generator generator(1);
  const Array a = generator.standard_normal({n, n}), b = generator.standard_normal({n, n});
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(matmul(a, b));
  const auto size = static_cast<double>(n);
  count(state, 2 * size * size * size, 3 * 8 * size * size);
}

void bench_eigh(State& state, const std::string& backend) {
  const BackendScope scope(backend);
  const std::int64_t n = state.range(0);
  const Array x = random::Generator(2).standard_normal({n, n});
  const Array symmetric = x + transpose(x);
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(linalg::eigh(symmetric));
  // 4/3 n^3 to a tridiagonal matrix, 4/3 n^3 for its vectors, 2 n^3 to turn them back.
  const auto size = static_cast<double>(n);
  count(state, 14.0 / 3 * size * size * size, 2 * 8 * size * size);
}

/// With 8 elements, what a call costs before any arithmetic.
void bench_add(State& state, const std::string& backend) {
  const BackendScope scope(backend);
  const std::int64_t n = state.range(0);
  random::Generator generator(3);
  const Array a = generator.standard_normal({n}), b = generator.standard_normal({n});
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(a + b);
  const auto size = static_cast<double>(n);
  count(state, size, 3 * 8 * size);
}

/// An elementwise operation that moves kBytes for each element.
template <int kBytes, auto kOperation>
void bench_map(State& state, const std::string& backend) {
  const BackendScope scope(backend);
  const std::int64_t n = state.range(0);
  random::Generator generator(8);
  const Array a = generator.random({n}), b = generator.random({n});
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(kOperation(a, b));
  const auto size = static_cast<double>(n);
  count(state, size, kBytes * size);
}

void bench_sum(State& state, const std::string& backend) {
  const BackendScope scope(backend);
  const std::int64_t n = state.range(0);
  const Array a = random::Generator(5).standard_normal({n});
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(sum(a));
  const auto size = static_cast<double>(n);
  count(state, size, 8 * size);
}

/// A positive definite matrix, which every factorisation takes.
Array definite(std::int64_t n) {
  const Array x = random::Generator(6).standard_normal({n, n});
  return matmul(x, transpose(x)) + eye(n);
}

template <auto kOperation>
void bench_factorisation(State& state, const std::string& backend) {
  const BackendScope scope(backend);
  const Array a = definite(state.range(0));
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(kOperation(a));
}

/// A view: no backend takes part.
void bench_slice(State& state) {
  const Array a = random::Generator(7).standard_normal({16});
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(a.slice({{2, 10, 2}}));
}

/// The tests of a chunk of rotated SNPs, of as many samples as the mouse data have, with an
/// intercept alone. The argument is the number of the test.
void bench_lmm_scan(State& state, const std::string& backend) {
  constexpr std::int64_t kSamples = 1410, kSnps = 512;
  const BackendScope scope(backend);
  random::Generator generator(4);
  const Array values = generator.random({kSamples});
  const Array covariate = generator.standard_normal({1, kSamples}),
              phenotype = generator.standard_normal({kSamples}),
              x = generator.standard_normal({kSnps, kSamples});
  const gwas::RotatedModel model{values, covariate, phenotype,
                                 gwas::ModelColumns(values.span<double>(), covariate.span<double>(),
                                                    phenotype.span<double>())};
  const gwas::LambdaGrid grid = gwas::lambda_grid({}, 1.0);
  const gwas::NullModel null = gwas::fit_null_model(model.columns, grid);
  const gwas::Scan scan(model, null, grid, static_cast<gwas::LmmTest>(state.range(0)));
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(scan.test(x));
  state.counters["SNPs"] = Counter(static_cast<double>(kSnps), Counter::kIsIterationInvariantRate);
}

using Body = void (*)(State&, const std::string&);

void enroll(const char* name, Body body, const std::string& backend,
            std::vector<std::int64_t> sizes) {
  auto* bench =
      benchmark::RegisterBenchmark((std::string(name) + "/" + backend).c_str(),
                                   [body, backend](State& state) { body(state, backend); });
  for (const std::int64_t size : sizes) bench->Arg(size);
  bench->UseRealTime();
}

void enroll_factorisations(const std::string& backend, const std::vector<std::int64_t>& sizes) {
  enroll("solve", bench_factorisation<[](const Array& a) { return linalg::solve(a, a); }>, backend,
         sizes);
  enroll("inv", bench_factorisation<linalg::inv>, backend, sizes);
  enroll("cholesky", bench_factorisation<[](const Array& a) { return linalg::cholesky(a); }>,
         backend, sizes);
  enroll("lu", bench_factorisation<linalg::lu>, backend, sizes);
  enroll("qr", bench_factorisation<[](const Array& a) { return linalg::qr(a); }>, backend, sizes);
  enroll("svd", bench_factorisation<[](const Array& a) { return linalg::svd(a); }>, backend, sizes);
}

void enroll_maps(const std::string& backend, const std::vector<std::int64_t>& sizes) {
  using A = const Array&;
  enroll("multiply", bench_map<24, [](A a, A b) { return a * b; }>, backend, sizes);
  enroll("less", bench_map<17, [](A a, A b) { return a < b; }>, backend, sizes);
  enroll("maximum", bench_map<24, [](A a, A b) { return maximum(a, b); }>, backend, sizes);
  enroll("sqrt", bench_map<16, [](A a, A) { return sqrt(a); }>, backend, sizes);
  enroll("floor", bench_map<16, [](A a, A) { return floor(a); }>, backend, sizes);
  enroll("sign", bench_map<16, [](A a, A) { return sign(a); }>, backend, sizes);
  enroll("isnan", bench_map<9, [](A a, A) { return isnan(a); }>, backend, sizes);
  enroll("where", bench_map<42, [](A a, A b) { return where(a < b, a, b); }>, backend, sizes);
  enroll("exp", bench_map<16, [](A a, A) { return exp(a); }>, backend, sizes);
  enroll("log", bench_map<16, [](A a, A) { return log(a); }>, backend, sizes);
  enroll("sin", bench_map<16, [](A a, A) { return sin(a); }>, backend, sizes);
  enroll("tanh", bench_map<16, [](A a, A) { return tanh(a); }>, backend, sizes);
  enroll("power", bench_map<24, [](A a, A b) { return power(a, b); }>, backend, sizes);
  enroll("to_int32", bench_map<12, [](A a, A) { return astype(a, DType::int32); }>, backend, sizes);
}

}  // namespace
}  // namespace loom

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RegisterBenchmark("slice", loom::bench_slice);
  std::vector<std::string> backends = loom::available_backends();
  backends.push_back("auto");
  for (const std::string& backend : backends) {
    loom::enroll("add", loom::bench_add, backend, {8, 1 << 20});
    loom::enroll_maps(backend, {1 << 12, 1'000'000});
    loom::enroll("sum", loom::bench_sum, backend, {8, 1 << 20});
    loom::enroll("matmul", loom::bench_matmul, backend, {4, 32, 256, 1024});
    loom::enroll("eigh", loom::bench_eigh, backend, {4, 32, 512});
    loom::enroll_factorisations(backend, {4, 32});
    loom::enroll("lmm_scan", loom::bench_lmm_scan, backend, {1, 3, 4});
  }
  benchmark::RunSpecifiedBenchmarks();
}
