#include "loom/backends/blas/vendor.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include "loom/backends/blas/kernel_core.h"
#include "loom/support/text.h"

namespace loom::blas {
namespace {

template <class Function>
std::string text_of(Function* function) {
  const char* text = function == nullptr ? nullptr : function();
  return text == nullptr ? "" : text;
}

/// The words of "OpenBLAS 0.3.21 USE64BITINT DYNAMIC_ARCH Haswell MAX_THREADS=64".
void read_config(std::string_view config, Facts& facts) {
  constexpr std::string_view kLimit = "MAX_THREADS=";
  next_field(config);
  facts.version = next_field(config);
  for (auto word = next_field(config); !word.empty(); word = next_field(config)) {
    if (word.starts_with(kLimit)) {
      facts.max_threads = static_cast<int>(parse_int(word.substr(kLimit.size())).value_or(0));
    }
  }
}

void describe_openblas(const Symbols& symbols, bool, Facts& facts) {
  constexpr std::array kLayers = {"serial", "pthreads", "openmp"};
  read_config(text_of(symbols.own<const char*()>("openblas_get_config")), facts);
  facts.kernel_core = text_of(symbols.own<const char*()>("openblas_get_corename"));
  if (auto* parallel = symbols.own<int()>("openblas_get_parallel")) {
    const auto layer = static_cast<std::size_t>(parallel());
    if (layer < kLayers.size()) facts.thread_layer = kLayers[layer];
  }
  facts.warning = core_warning(facts.name, facts.kernel_core, cpu_info());
  const char* forced = std::getenv("OPENBLAS_CORETYPE");
  if (!facts.warning.empty() && forced != nullptr) {
    facts.warning += fmt::format("; OPENBLAS_CORETYPE is set to \"{}\"", forced);
  }
  if (facts.version == "0.3.28") {
    facts.warning =
        "OpenBLAS 0.3.28 is known to crash in dsyevd on many threads; use another version";
  }
}

/// Of MKL's C interface.
struct MklVersion {
  int major, minor, update;
  const char *status, *build, *processor, *platform;
};

constexpr int kMklInterface64 = 1;

struct MklLayer {
  const char* runtime;  ///< the OpenMP library that the layer needs; null: none
  int code;             ///< of MKL_Set_Threading_Layer
  const char* name;
};

constexpr std::array<MklLayer, 3> kMklLayers = {{
    {"libiomp5.so", 0, "openmp"},
    {"libgomp.so.1", 3, "openmp"},
    {nullptr, 1, "serial"},
}};

/// Opens `runtime` beside MKL itself, where MKL would look for it, or on the system's path. It
/// stays open, so that MKL finds it.
bool open_runtime(const char* runtime, const Symbols& symbols) {
  if (runtime == nullptr) return true;
  Dl_info info{};
  if (dladdr(symbols.routine("dgemm"), &info) != 0 && info.dli_fname != nullptr) {
    const auto beside = std::filesystem::path(info.dli_fname).parent_path() / runtime;
    if (dlopen(beside.c_str(), RTLD_NOW | RTLD_LOCAL) != nullptr) return true;
  }
  return dlopen(runtime, RTLD_NOW | RTLD_LOCAL) != nullptr;
}

/// MKL settles its layers at the first call. Without its OpenMP library it would change to TBB,
/// whose threads MKL_Set_Num_Threads does not rule.
void choose_mkl_layers(const Symbols& symbols, bool fresh, Facts& facts) {
  auto* set_interface = symbols.own<int(int)>("MKL_Set_Interface_Layer");
  const bool one_width = symbols.spelling().routine_suffix == "_";
  if (fresh && one_width && set_interface != nullptr &&
      std::getenv("MKL_INTERFACE_LAYER") == nullptr) {
    set_interface(kMklInterface64);
  }
  auto* set_threading = symbols.own<int(int)>("MKL_Set_Threading_Layer");
  if (!fresh || set_threading == nullptr || std::getenv("MKL_THREADING_LAYER") != nullptr) return;
  for (const MklLayer& layer : kMklLayers) {
    if (!open_runtime(layer.runtime, symbols)) continue;
    set_threading(layer.code);
    facts.thread_layer = layer.name;
    return;
  }
}

/// "AVX2" of "Intel(R) Advanced Vector Extensions 2 (Intel(R) AVX2) enabled processors"; "default"
/// of "Intel(R) Architecture processors", which is what processors of other makers get.
std::string mkl_core(std::string_view processor) {
  constexpr std::string_view kMark = "(Intel(R) ";
  const auto start = processor.find(kMark);
  if (start == std::string_view::npos) return "default";
  processor.remove_prefix(start + kMark.size());
  return std::string(processor.substr(0, processor.find(')')));
}

void describe_mkl(const Symbols& symbols, bool fresh, Facts& facts) {
  choose_mkl_layers(symbols, fresh, facts);
  if (auto* get_version = symbols.own<void(MklVersion*)>("MKL_Get_Version")) {
    MklVersion version{};
    get_version(&version);
    facts.version = fmt::format("{}.{}.{}", version.major, version.minor, version.update);
    if (version.processor != nullptr) facts.kernel_core = mkl_core(version.processor);
  }
  facts.warning = core_warning(facts.name, facts.kernel_core, cpu_info());
}

void describe_blis(const Symbols& symbols, bool, Facts& facts) {
  // Without bli_init, BLIS aborts the process at the next call where BLIS_ARCH_TYPE is set.
  if (auto* init = symbols.own<void()>("bli_init")) init();
  facts.version = text_of(symbols.own<const char*()>("bli_info_get_version_str"));
  auto* openmp = symbols.own<std::int64_t()>("bli_info_get_enable_openmp");
  auto* pthreads = symbols.own<std::int64_t()>("bli_info_get_enable_pthreads");
  facts.thread_layer = openmp != nullptr && openmp() != 0       ? "openmp"
                       : pthreads != nullptr && pthreads() != 0 ? "pthreads"
                                                                : "serial";
  auto* query = symbols.own<int()>("bli_arch_query_id");
  auto* name = symbols.own<const char*(int)>("bli_arch_string");
  if (query != nullptr && name != nullptr) facts.kernel_core = name(query());
  // BLIS aborts the process where BLIS_ARCH_TYPE names a core that the build lacks, and a build
  // does not say which it has. Hence its choice stands, and the user is told how to change it.
  facts.warning = core_warning(facts.name, facts.kernel_core, cpu_info());
  if (!facts.warning.empty()) facts.warning += "; BLIS_ARCH_TYPE can choose others";
}

void describe_nothing(const Symbols&, bool, Facts&) {}

struct Vendor {
  const char* name;
  const char* marker;  ///< a function that no other vendor has
  const char* set_threads;
  const char* get_threads;
  void (*describe)(const Symbols&, bool fresh, Facts&);
};

constexpr std::array<Vendor, 4> kVendors = {{
    {"OpenBLAS", "openblas_get_config", "openblas_set_num_threads", "openblas_get_num_threads",
     describe_openblas},
    {"MKL", "MKL_Get_Version", "MKL_Set_Num_Threads", "MKL_Get_Max_Threads", describe_mkl},
    {"BLIS", "bli_info_get_version_str", "bli_thread_set_num_threads", "bli_thread_get_num_threads",
     describe_blis},
    {"BLAS", nullptr, "", "", describe_nothing},
}};

}  // namespace

ThreadControl identify(const Symbols& symbols, bool fresh, Facts& facts) {
  for (const Vendor& vendor : kVendors) {
    if (vendor.marker != nullptr && symbols.own<void()>(vendor.marker) == nullptr) continue;
    facts.name = vendor.name;
    vendor.describe(symbols, fresh, facts);
    return {symbols.own<void(std::int64_t)>(vendor.set_threads),
            symbols.own<int()>(vendor.get_threads)};
  }
  return {};
}

}  // namespace loom::blas
