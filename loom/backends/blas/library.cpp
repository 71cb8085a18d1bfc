#include "loom/backends/blas/library.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>
#include <filesystem>
#include <limits>
#include <mutex>
#include <vector>

#include "loom/backends/blas/kernel_core.h"
#include "loom/support/error.h"
#include "loom/support/threads.h"

namespace loom::blas {
namespace {

struct RoutineName {
  std::string_view real;
  std::string_view complex;
};

// In the order of `Routine`.
constexpr std::array<RoutineName, kRoutines> kNames = {{
    {"gemm", "gemm"},
    {"syrk", "syrk"},
    {"dot", ""},
    {"getrf", "getrf"},
    {"getri", "getri"},
    {"gesv", "gesv"},
    {"potrf", "potrf"},
    {"geqrf", "geqrf"},
    {"orgqr", "ungqr"},
    {"gesdd", "gesdd"},
    {"syevd", "heevd"},
    {"sytrd", "hetrd"},
    {"stedc", ""},
    {"laed4", ""},
    {"geev", "geev"},
}};

// RTLD_LOCAL keeps the names out of everybody else's way. RTLD_DEEPBIND makes the library's own
// calls (dsyevd calls dgemm) stay inside it: without, they bind to a BLAS of the other integer
// width that the program was linked with, and large problems go wrong without a word. The
// sanitizers refuse DEEPBIND, because it would bypass their malloc.
#if defined(RTLD_DEEPBIND) && !defined(LOOM_SANITIZED)
constexpr int kOpenFlags = RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND;
#else
constexpr int kOpenFlags = RTLD_NOW | RTLD_LOCAL;
#endif

[[noreturn]] void refuse(const std::string& file, std::string_view reason) {
  throw BackendUnavailableError(fmt::format("{}: {}", file, reason));
}

/// What dlerror says: "not found", or the trouble without the file's own name at its start.
std::string load_error(const std::string& file) {
  const char* text = dlerror();
  std::string message = text == nullptr ? "cannot be loaded" : text;
  const std::string prefix = file + ": ";
  if (message.starts_with(prefix)) message.erase(0, prefix.size());
  const bool missing = message == "cannot open shared object file: No such file or directory";
  return missing ? "not found" : message;
}

Symbols find_spelling(void* handle, const std::string& file) {
  std::vector<std::string> tried;
  for (const Spelling& spelling : spellings()) {
    const Symbols symbols(handle, spelling);
    if (symbols.routine("dgemm") != nullptr && symbols.routine("ddot") != nullptr) return symbols;
    tried.push_back(spelling.routine("dgemm"));
  }
  dlclose(handle);
  refuse(file, fmt::format("not a BLAS library: it has none of {}", fmt::join(tried, ", ")));
}

std::string real_path(void* address) {
  Dl_info info{};
  if (dladdr(address, &info) == 0 || info.dli_fname == nullptr) return "";
  std::error_code error;
  const auto path = std::filesystem::canonical(info.dli_fname, error);
  return error ? info.dli_fname : path.string();
}

/// Asks for a dot product of length `n`. 32-bit code sees n = 2 and answers 3 * 5 + 4 * 6 = 39;
/// 64-bit code sees a negative length and answers 0.
int probe_integer_bits(void* ddot, const std::string& file) {
  static_assert(std::endian::native == std::endian::little, "n must begin with its low half");
  const std::int64_t n = std::numeric_limits<std::int64_t>::min() + 2;
  const std::int64_t step = 1;
  const std::array<double, 2> x = {3, 4};
  const std::array<double, 2> y = {5, 6};
  using Dot = double(const std::int64_t*, const double*, const std::int64_t*, const double*,
                     const std::int64_t*);
  const double sum = reinterpret_cast<Dot*>(ddot)(&n, x.data(), &step, y.data(), &step);
  if (sum == 39) return 32;
  if (sum == 0) return 64;
  refuse(file, fmt::format("its ddot returns {} for (3, 4) . (5, 6)", sum));
}

/// How many `OneThreadEach` live.
struct {
  std::mutex mutex;
  int count = 0;
} one_thread_each;

}  // namespace

std::string routine_name(Routine routine, char letter) {
  const RoutineName& names = kNames[static_cast<std::size_t>(routine)];
  const bool complex = letter == 'c' || letter == 'z';
  const std::string_view name = complex ? names.complex : names.real;
  return name.empty() ? "" : fmt::format("{}{}", letter, name);
}

Library Library::open(const std::string& file) {
  // The constructor of OpenBLAS reads these: a core, how many threads to start at once, and for how
  // many ticks, as a power of two, they wait awake for more: 2^26 by default, tens of milliseconds
  // that Loom's own threads would lack. Setting them races with a getenv of another thread, so they
  // are set as briefly as can be.
  const std::string threads = fmt::format("{}", num_threads());
  void* loaded_before = dlopen(file.c_str(), kOpenFlags | RTLD_NOLOAD);
  void* handle = [&] {
    const ScopedVariable core("OPENBLAS_CORETYPE", openblas_core(cpu_info()));
    const ScopedVariable count("OPENBLAS_NUM_THREADS", threads);
    const ScopedVariable wait("OPENBLAS_THREAD_TIMEOUT", "20");
    return dlopen(file.c_str(), kOpenFlags);
  }();
  if (handle == nullptr) refuse(file, load_error(file));

  Library library(find_spelling(handle, file));
  const Symbols& symbols = library.symbols_;
  Facts& facts = library.facts_;
  facts.path = real_path(symbols.routine("dgemm"));
  facts.spelling = symbols.spelling().routine("dgemm");
  facts.lapack = symbols.routine("dsyevd") != nullptr;
  library.thread_control_ = identify(symbols, loaded_before == nullptr, facts);
  facts.integer_bits = probe_integer_bits(symbols.routine("ddot"), file);
  library.find_routines();
  library.set_threads(num_threads());
  return library;
}

void Library::find_routines() {
  for (const char letter : kLetters) {
    for (std::size_t i = 0; i < kRoutines; ++i) {
      const std::string name = routine_name(static_cast<Routine>(i), letter);
      if (!name.empty()) routines_[slot(letter)][i] = symbols_.routine(name);
    }
  }
}

bool Library::fits(std::initializer_list<std::int64_t> extents) const {
  if (facts_.integer_bits == 64) return true;
  constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
  std::int64_t product = 1;
  for (const std::int64_t extent : extents) {
    if (extent > kMost) return false;
    product *= std::max<std::int64_t>(extent, 1);
    if (product > kMost) return false;
  }
  return true;
}

void Library::set_threads(int count) const {
  if (thread_control_.set == nullptr) return;
  thread_control_.set(facts_.max_threads > 0 ? std::min(count, facts_.max_threads) : count);
}

int Library::threads() const {
  return thread_control_.get == nullptr ? 1 : std::max(1, thread_control_.get());
}

OneThreadEach::OneThreadEach(const Library& library) : library_(&library) {
  const std::lock_guard lock(one_thread_each.mutex);
  if (one_thread_each.count++ == 0) library_->set_threads(1);
}

OneThreadEach::~OneThreadEach() {
  const std::lock_guard lock(one_thread_each.mutex);
  if (--one_thread_each.count == 0) library_->set_threads(num_threads());
}

}  // namespace loom::blas
