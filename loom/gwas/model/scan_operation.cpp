#include "loom/gwas/model/scan_operation.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>
#include <vector>

#include "loom/dispatch/registry.h"
#include "loom/gwas/model/shared_lambdas.h"
#include "loom/gwas/model/shared_sums.h"
#include "loom/gwas/operations.h"
#include "loom/ops/call.h"
#include "loom/support/error.h"
#include "loom/support/threads.h"

namespace loom::gwas {
namespace {

using dispatch::KernelCall;
using schema::Cost;
using schema::Query;

enum Input { kTiles, kWeights, kProjections, kTable, kLambdas, kX };
enum AttributeIndex { kSamples, kKinds, kExact };

constexpr schema::AttributeSpec kAttributes[] = {
    {"samples", "int", "samples of the model, which may have fewer coordinates"},
    {"kinds", "ints", "searches: 0 REML, 1 ML, 2 ML without the last column"},
    {"exact", "bool", "searches to full convergence"}};

// A row of the result: the share, four forms at the null model's lambda, and for each search
// lambda, log-likelihood, outcome and four forms.
constexpr std::int64_t kFirstSearch = 5;
constexpr std::int64_t kSearchSize = 7;
// SNPs whose sums at the shared lambdas are computed together, and the rows of products that this
// may take.
constexpr std::int64_t kSnpsAtOnce = 8;
constexpr std::int64_t kProductsAtOnce = 128;
// SNPs before a SNP among which its like is looked for.
constexpr std::int64_t kSamesBack = 4;
// Evaluations that a search takes on average, for the prediction of its cost.
constexpr double kTypicalEvaluations = 7;

/// What computes the sums over samples.
struct ScanKernels {
  SumsKernel of_snp;
  SharedSumsKernel at_shared_lambdas;
};

schema::DTypes dtypes(const Query&) {
  schema::DTypes types;
  std::fill_n(types.inputs.begin(), 6, DType::float64);
  types.outputs = {DType::float64};
  return types;
}

bool shapes_fit(const Query& q) {
  const auto& tiles = q.shape(kTiles);
  const auto& weights = q.shape(kWeights);
  const auto& x = q.shape(kX);
  const auto samples = q.attribute<std::int64_t>(kSamples);
  if (tiles.size() != 3 || weights.size() != 3 || q.shape(kProjections).size() != 1 ||
      q.shape(kTable).size() != 3 || q.shape(kLambdas).size() != 1 || x.size() != 3 ||
      tiles[1] < 2 || q.shape(kLambdas)[0] < 2) {
    return false;
  }
  const SharedLayout layout{tiles[1] - 2, q.shape(kLambdas)[0]};
  return tiles[0] == (x[2] + kTileSamples - 1) / kTileSamples && tiles[2] == kTileSamples &&
         weights[0] == tiles[0] && weights[1] >= layout.weights() &&
         weights[1] % kWeightsAtOnce == 0 && weights[2] == kTileSamples &&
         q.shape(kProjections)[0] == layout.first_of_projection(layout.lambdas()) &&
         q.shape(kTable)[2] >= projection_size(layout.covariates, kMaxOrders) && x[1] >= 1 &&
         x[1] <= kMaxSnpColumns && x[2] <= samples;
}

void shape(const Query& q, std::span<Dims> outputs) {
  if (!shapes_fit(q)) throw ShapeError("[lmm_scan] shapes do not fit: " + describe_inputs(q));
  outputs[0] = {q.shape(kX)[0], kFirstSearch + kSearchSize * std::ssize(q.attribute<Dims>(kKinds))};
}

Cost cost(const Query& q, std::span<const View>) {
  const auto& x = q.shape(kX);
  const std::int64_t covariates = q.shape(kTiles)[1] - 2;
  const auto searches = static_cast<double>(std::ssize(q.attribute<Dims>(kKinds)));
  const double shared = static_cast<double>(
      snp_sums_size(covariates, x[1], SharedLayout{covariates, q.shape(kLambdas)[0]}.weights()));
  const double each = kTypicalEvaluations * searches *
                      static_cast<double>(snp_sums_size(covariates, x[1], kMaxOrders));
  const auto size = static_cast<double>(x[0] * x[2]);
  return {2 * size * (shared + each), 8 * size * static_cast<double>(x[1])};
}

double* write(const EffectForms& forms, double* to) {
  for (const double value : {forms.xx, forms.xy, forms.yy, forms.residual}) *to++ = value;
  return to;
}

EffectForms read_forms(const double* from) { return {from[0], from[1], from[2], from[3]}; }

double* write(const SearchResult& result, double* to) {
  *to++ = result.estimate.lambda;
  *to++ = result.estimate.log_likelihood;
  *to++ = static_cast<double>(result.estimate.outcome);
  return write(result.effect, to);
}

// Scans SNPs, a batch after another. One that is the same as another shortly before, as is usual in
// dense data, has its findings. An object is for one thread.
class Scanner {
 public:
  explicit Scanner(const KernelCall& call)
      : kernels_(*static_cast<const ScanKernels*>(call.context)),
        kinds_(call.attribute<Dims>(kKinds)),
        model_{call.inputs[kTiles].as<const double>(), call.shape(kX)[2], call.shape(kTiles)[1] - 2,
               call.attribute<std::int64_t>(kSamples)},
        snp_columns_(call.shape(kX)[1]),
        snp_size_(snp_columns_ * model_.coordinates),
        findings_size_(kFirstSearch + kSearchSize * std::ssize(kinds_)),
        lambdas_(call.inputs[kLambdas].as<const double>(), call.shape(kLambdas)[0]),
        layout_{model_.covariates, std::ssize(lambdas_)},
        weights_(call.inputs[kWeights].as<const double>()),
        weight_rows_(call.shape(kWeights)[1]),
        projections_(call.inputs[kProjections].as<const double>()),
        table_(call.inputs[kTable].as<const double>(), call.shape(kTable), lambdas_.front(),
               lambdas_.back()),
        searcher_(model_, snp_columns_, table_, lambdas_,
                  call.attribute<bool>(kExact) ? SearchPath::exact : SearchPath::gemma,
                  kernels_.of_snp),
        wanted_(kinds_.empty() ? SharedLayout::first_weight(kGrid) : layout_.weights()),
        run_(snp_sums_size(model_.covariates, snp_columns_, 1)),
        batch_(std::clamp<std::int64_t>(kProductsAtOnce / run_, 1, kSnpsAtOnce)),
        sums_(batch_ * wanted_ * run_),
        workspace_(Array::empty(
            {shared_sums_workspace(model_.covariates, snp_columns_, batch_, wanted_)})),
        on_grid_(lambdas_.size()) {}

  void scan(const double* x, std::int64_t snps, double* findings) {
    std::vector<std::int64_t> batch;
    std::vector<std::pair<std::int64_t, std::int64_t>> copies;
    for (std::int64_t snp = 0; snp < snps; ++snp) {
      const std::int64_t same = same_before(x, snp);
      if (same < snp) {
        copies.emplace_back(same, snp);
      } else {
        batch.push_back(snp);
      }
      if (std::ssize(batch) == batch_ || (snp == snps - 1 && !batch.empty())) {
        scan_batch(x, batch, findings);
        batch.clear();
      }
    }
    for (const auto& [from, to] : copies) {
      std::copy_n(findings + from * findings_size_, findings_size_, findings + to * findings_size_);
    }
  }

 private:
  // A SNP before `snp` that is the same; else itself. Others differ in their first numbers.
  std::int64_t same_before(const double* x, std::int64_t snp) const {
    const auto bytes = static_cast<std::size_t>(snp_size_) * sizeof(double);
    for (std::int64_t other = snp - 1; other >= std::max(snp - kSamesBack, std::int64_t{0});
         --other) {
      if (std::memcmp(x + other * snp_size_, x + snp * snp_size_, bytes) == 0) return other;
    }
    return snp;
  }

  void scan_batch(const double* x, std::span<const std::int64_t> snps, double* findings) {
    const double* const first = side_by_side(x, snps);
    const std::int64_t count = std::ssize(snps);
    kernels_.at_shared_lambdas(
        {model_, weights_, weight_rows_, wanted_, first, count, snp_columns_, sums_.data()},
        workspace_.data<double>());
    for (std::int64_t i = 0; i < count; ++i) {
      find(first + i * snp_size_, sums_.data() + i * wanted_ * run_,
           findings + snps[static_cast<std::size_t>(i)] * findings_size_);
    }
  }

  // SNPs one behind the other: where they are, or copied.
  const double* side_by_side(const double* x, std::span<const std::int64_t> snps) {
    if (snps.back() - snps.front() == std::ssize(snps) - 1) return x + snps.front() * snp_size_;
    together_.clear();
    for (const std::int64_t snp : snps) {
      together_.insert(together_.end(), x + snp * snp_size_, x + (snp + 1) * snp_size_);
    }
    return together_.data();
  }

  // Everything about one SNP, from its sums at the shared lambdas, which are used up.
  void find(const double* x, double* sums, double* to) {
    const SnpForms unweighted = shared_forms(kUnweighted, sums);
    *to++ = unweighted.share_left;
    to = write(effect_forms(shared_forms(kNullLambda, sums)), to);
    if (kinds_.empty()) return;
    for (std::size_t i = 0; i < lambdas_.size(); ++i) {
      on_grid_[i] = shared_forms(kGrid + static_cast<std::int64_t>(i), sums);
    }
    const double log_det = log_determinant(unweighted.forms);
    for (const std::int64_t number : kinds_) {
      const auto kind = static_cast<SearchKind>(number);
      to = write(searcher_.search(x, kind, likelihood_of(kind, log_det), on_grid_), to);
    }
  }

  SnpForms shared_forms(std::int64_t lambda, double* sums) const {
    return project_snp(model_, snp_columns_, SharedLayout::orders(lambda),
                       projections_ + layout_.first_of_projection(lambda),
                       sums + SharedLayout::first_weight(lambda) * run_);
  }

  const ScanKernels& kernels_;
  const Dims& kinds_;
  ModelView model_;
  std::int64_t snp_columns_;
  std::int64_t snp_size_, findings_size_;  // numbers of a SNP's columns and of its findings
  std::span<const double> lambdas_;
  SharedLayout layout_;
  const double* weights_;
  std::int64_t weight_rows_;
  const double* projections_;
  NullTable table_;
  SnpSearcher searcher_;
  std::int64_t wanted_;  // weights
  std::int64_t run_;     // sums of a SNP with one weight
  std::int64_t batch_;   // SNPs
  std::vector<double> sums_, together_;
  Array workspace_;
  std::vector<SnpForms> on_grid_;
};

std::optional<std::string> refuse_strided(const KernelCall& call) {
  for (const View& input : call.inputs) {
    if (!input.is_contiguous()) return "the elements of an input do not lie side by side";
  }
  return std::nullopt;
}

// All that is done with a SNP is done while its genotypes are in a cache.
void run(const KernelCall& call) {
  const std::int64_t snp_size = call.shape(kX)[1] * call.shape(kX)[2];
  const double* x = call.inputs[kX].as<const double>();
  const View& findings = call.outputs[0];
  parallel_for(call.shape(kX)[0], kSnpsAtOnce, [&](std::int64_t begin, std::int64_t end) {
    Scanner scanner(call);
    scanner.scan(x + begin * snp_size, end - begin,
                 findings.as<double>() + begin * findings.shape[1]);
  });
}

}  // namespace

schema::OpId add_lmm_scan() {
  const auto kernel_of = [](const ScanKernels& kernels) -> dispatch::Kernel {
    return {.run = run, .refuse = refuse_strided, .context = &kernels};
  };
  const std::vector<SumsKernel> of_snp = usable_sums_kernels();
  const std::vector<SharedSumsKernel> shared = usable_shared_sums_kernels();
  static const ScanKernels best{of_snp.front(), shared.front()};
  static const ScanKernels portable{of_snp.back(), shared.back()};
  dispatch::Registry& registry = dispatch::Registry::instance();
  const schema::OpId op = registry.add_operation(
      {"lmm_scan",
       schema::Family::domain,
       6,
       1,
       dtypes,
       shape,
       cost,
       {schema::Measure::norm, 4},
       "forms and searches from which the tests of SNPs in a mixed model are made",
       kAttributes},
      kernel_of(portable));
  if (of_snp.size() > 1) registry.add_kernel("native", op, kernel_of(best));
  return op;
}

ScanTables scan_tables(const ModelColumns& model, const NullModel& null, const LambdaGrid& grid) {
  const std::vector<double>& lambdas = grid.lambdas;
  return {shared_weights(model, null.ml.lambda, lambdas),
          shared_projections(model, null.ml.lambda, lambdas),
          null_table(model, lambdas.front(), lambdas.back()), Array::from(lambdas)};
}

SnpFindings findings_of(const Array& findings, std::int64_t snp) {
  const std::int64_t size = findings.shape(1);
  const double* row = findings.data<double>() + snp * size;
  return {row[0],
          read_forms(row + 1),
          {row + kFirstSearch, static_cast<std::size_t>(size - kFirstSearch)}};
}

SearchResult search_result(const SnpFindings& findings, std::size_t i) {
  const double* from = findings.searches.data() + i * kSearchSize;
  const auto outcome = static_cast<LambdaOutcome>(static_cast<int>(from[2]));
  return {{from[0], from[1], outcome}, read_forms(from + 3)};
}

Array scan_snps(const ModelColumns& model, const ScanTables& tables, const Array& x,
                std::span<const SearchKind> kinds, SearchPath path) {
  Dims numbers;
  for (const SearchKind kind : kinds) numbers.push_back(static_cast<std::int64_t>(kind));
  const schema::Attribute attributes[] = {model.samples(), numbers, path == SearchPath::exact};
  return ops::call(operations().lmm_scan,
                   {&model.tiles(), &tables.weights, &tables.projections, &tables.null_table,
                    &tables.lambdas, &x},
                   attributes);
}

}  // namespace loom::gwas
