#include "loom/backends/blas/library.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <thread>
#include <vector>

#include "loom/backends/blas/discovery.h"
#include "loom/backends/blas/kernel_core.h"
#include "loom/support/cpu.h"
#include "loom/support/error.h"
#include "loom/support/threads.h"
#include "tests/unit/blas/installed.h"

namespace loom::blas {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

CpuInfo processor(const std::string& vendor, bool avx2, bool avx512) {
  CpuInfo cpu;
  cpu.vendor = vendor;
  cpu.avx2 = avx2;
  cpu.avx512 = avx512;
  return cpu;
}

TEST(Library, FindsTheTrueIntegerWidth) {
  if (installed().empty()) GTEST_SKIP() << "no BLAS library is installed";
  for (const Installed& entry : installed()) {
    SCOPED_TRACE(entry.file);
    const Facts& facts = entry.library.facts();
    if (entry.integer_bits != 0) {
      EXPECT_EQ(facts.integer_bits, entry.integer_bits);
    }
    EXPECT_THAT(facts.spelling, HasSubstr("dgemm"));
    EXPECT_TRUE(fs::path(facts.path).is_absolute()) << facts.path;
    EXPECT_TRUE(fs::exists(facts.path)) << facts.path;
    EXPECT_NE(entry.library.find<double>(Routine::gemm), nullptr);
    EXPECT_EQ(entry.library.find<double>(Routine::syevd) != nullptr, facts.lapack);
  }
}

TEST(Library, OpenBlasRunsTheKernelsOfThisProcessor) {
  for (const Installed& entry : installed()) {
    const Facts& facts = entry.library.facts();
    if (facts.name != "OpenBLAS") continue;
    SCOPED_TRACE(entry.file);
    EXPECT_FALSE(facts.kernel_core.empty());
    EXPECT_THAT(facts.warning, IsEmpty());
    if (cpu_info().avx2) {
      EXPECT_NE(facts.kernel_core, "Prescott");
    }
  }
}

TEST(Library, OpeningLeavesTheEnvironmentAsItWas) {
  const std::vector<Installed>& libraries = installed();
  const std::vector<const char*> names = {"OPENBLAS_CORETYPE", "OPENBLAS_NUM_THREADS"};
  const auto present = [](const char* name) { return std::getenv(name) != nullptr; };
  std::vector<bool> before;
  std::ranges::transform(names, std::back_inserter(before), present);
  EXPECT_THROW(Library::open("/no/such/library.so"), BackendUnavailableError);
  if (!libraries.empty()) Library::open(libraries.front().file);
  std::vector<bool> after;
  std::ranges::transform(names, std::back_inserter(after), present);
  EXPECT_EQ(before, after);
}

TEST(Library, RefusesALibraryThatIsNoBlas) {
  EXPECT_THAT(
      [] { Library::open("libz.so.1"); },
      testing::ThrowsMessage<BackendUnavailableError>(testing::AllOf(
          StartsWith("libz.so.1: not a BLAS library: it has none of"), HasSubstr("dgemm_64_"))));
}

TEST(Library, SetsThreadsWithinTheLimitOfTheBuild) {
  for (const Installed& entry : installed()) {
    const Library& library = entry.library;
    if (library.facts().thread_layer == "serial" || library.facts().thread_layer.empty()) continue;
    SCOPED_TRACE(entry.file);
    library.set_threads(2);
    EXPECT_EQ(library.threads(), 2);
    if (library.facts().max_threads > 0) {
      library.set_threads(library.facts().max_threads + 1);
      EXPECT_LE(library.threads(), library.facts().max_threads);
    }
    library.set_threads(1);
    EXPECT_EQ(library.threads(), 1);
  }
}

TEST(Library, FitsCountsElementsAgainstTheIntegerWidth) {
  if (const Library* narrow = installed_of_width(32)) {
    EXPECT_TRUE(narrow->fits({46340, 46340}));
    EXPECT_FALSE(narrow->fits({46341, 46341}));
    EXPECT_TRUE(narrow->fits({2147483647}));
    EXPECT_FALSE(narrow->fits({2147483648}));
    EXPECT_FALSE(narrow->fits({0, 2147483648}));
    // The product of these is 2^64.
    EXPECT_FALSE(narrow->fits({1 << 22, 1 << 21, 1 << 21}));
  }
  if (const Library* wide = installed_of_width(64)) {
    EXPECT_TRUE(wide->fits({46341, 46341}));
    EXPECT_TRUE(wide->fits({std::int64_t{1} << 40}));
  }
}

TEST(KernelCore, SuitsTheProcessor) {
  EXPECT_EQ(openblas_core(processor("GenuineIntel", true, true)), "SkylakeX");
  EXPECT_EQ(openblas_core(processor("AuthenticAMD", true, true)), "SkylakeX");
  EXPECT_EQ(openblas_core(processor("GenuineIntel", true, false)), "Haswell");
  EXPECT_EQ(openblas_core(processor("AuthenticAMD", true, false)), "Zen");
  EXPECT_EQ(openblas_core(processor("GenuineIntel", false, false)), "");
  EXPECT_EQ(openblas_core(processor("ARM", false, false)), "");
}

TEST(KernelCore, WarnsOfKernelsBelowTheProcessor) {
  const CpuInfo avx512 = processor("GenuineIntel", true, true);
  const CpuInfo avx2 = processor("AuthenticAMD", true, false);
  EXPECT_EQ(core_warning("OpenBLAS", "Prescott", avx512),
            "OpenBLAS runs its Prescott kernels, though this processor has AVX-512");
  EXPECT_EQ(core_warning("BLIS", "generic", avx2),
            "BLIS runs its generic kernels, though this processor has AVX2");
  EXPECT_THAT(core_warning("OpenBLAS", "Haswell", avx512), HasSubstr("AVX-512"));
  EXPECT_EQ(core_warning("OpenBLAS", "Haswell", avx2), "");
  EXPECT_EQ(core_warning("OpenBLAS", "Cooperlake", avx512), "");
  EXPECT_EQ(core_warning("OpenBLAS", "", avx512), "");
  EXPECT_EQ(core_warning("OpenBLAS", "NEOVERSEN1", processor("ARM", false, false)), "");
}

TEST(KernelCore, ScopedVariableYieldsToTheUser) {
  const char* name = "LOOM_TEST_SCOPED_VARIABLE";
  {
    const ScopedVariable variable(name, "ours");
    EXPECT_STREQ(std::getenv(name), "ours");
  }
  EXPECT_EQ(std::getenv(name), nullptr);
  {
    const ScopedVariable variable(name, "");
    EXPECT_EQ(std::getenv(name), nullptr);
  }
  setenv(name, "theirs", 1);
  {
    const ScopedVariable variable(name, "ours");
    EXPECT_STREQ(std::getenv(name), "theirs");
  }
  EXPECT_STREQ(std::getenv(name), "theirs");
  unsetenv(name);
}

TEST(Discovery, ReportsABadOverrideAndTriesNothingElse) {
  const Discovery missing = discover("/no/such/library.so");
  EXPECT_FALSE(missing.library.has_value());
  EXPECT_EQ(missing.reason, "LOOM_BLAS=/no/such/library.so: not found");
  EXPECT_THAT(missing.remedy, HasSubstr("LOOM_BLAS"));
  EXPECT_EQ(missing.attempts.size(), 1U);

  const Discovery wrong = discover("libz.so.1");
  EXPECT_FALSE(wrong.library.has_value());
  EXPECT_THAT(wrong.reason, StartsWith("LOOM_BLAS=libz.so.1: not a BLAS library"));
}

TEST(Discovery, TakesTheOverride) {
  for (const Installed& entry : installed()) {
    const Discovery result = discover(entry.file);
    ASSERT_TRUE(result.library.has_value()) << result.reason;
    EXPECT_EQ(result.library->facts().path, entry.library.facts().path);
    EXPECT_THAT(result.reason, IsEmpty());
  }
}

TEST(Discovery, NotesEveryAttempt) {
  const Discovery result = discover("");
  ASSERT_FALSE(result.attempts.empty());
  for (const Attempt& attempt : result.attempts) {
    EXPECT_FALSE(attempt.outcome.empty()) << attempt.file;
  }
  const auto loaded = std::ranges::count(result.attempts, "loaded", &Attempt::outcome);
  EXPECT_EQ(loaded, result.library ? 1 : 0);
  EXPECT_EQ(result.reason.empty(), result.library.has_value());
  EXPECT_EQ(result.remedy.empty(), result.library.has_value());
  if (result.library) {
    EXPECT_EQ(result.attempts.back().outcome, "loaded");
  }
}

TEST(Discovery, LooksIntoTheActiveEnvironmentFirst) {
  const Library* wide = installed_of_width(64);
  if (wide == nullptr || wide->facts().name != "OpenBLAS") {
    GTEST_SKIP() << "OpenBLAS with 64-bit integers is not installed";
  }
  if (std::getenv("VIRTUAL_ENV") != nullptr) GTEST_SKIP() << "VIRTUAL_ENV is set";
  const fs::path root = fs::temp_directory_path() / ("loom-blas-" + std::to_string(getpid()));
  const fs::path folder = root / "lib/python3.99/site-packages/scipy_openblas64/lib";
  fs::create_directories(folder);
  fs::create_symlink(wide->facts().path, folder / "libopenblas64.so.0");
  setenv("VIRTUAL_ENV", root.c_str(), 1);
  const Discovery result = discover("");
  unsetenv("VIRTUAL_ENV");
  fs::remove_all(root);
  ASSERT_TRUE(result.library.has_value());
  if (result.library->facts().name == "MKL") GTEST_SKIP() << "MKL comes first here";
  EXPECT_EQ(result.attempts.back().file, (folder / "libopenblas64.so.0").string());
}

TEST(Discovery, FindsTheLibraryThatNumpyBringsByItsPattern) {
  const Library* wide = installed_of_width(64);
  if (wide == nullptr || wide->facts().name != "OpenBLAS") {
    GTEST_SKIP() << "OpenBLAS with 64-bit integers is not installed";
  }
  if (std::getenv("CONDA_PREFIX") != nullptr) GTEST_SKIP() << "CONDA_PREFIX is set";
  const fs::path root = fs::temp_directory_path() / ("loom-numpy-" + std::to_string(getpid()));
  fs::create_directories(root / "lib");
  const fs::path file = root / "lib/libscipy_openblas64_-0123abcd.so";
  fs::create_symlink(wide->facts().path, file);
  fs::create_symlink(wide->facts().path, root / "lib/libscipy_openblas64_.so.old");
  setenv("CONDA_PREFIX", root.c_str(), 1);
  const Discovery result = discover("");
  unsetenv("CONDA_PREFIX");
  fs::remove_all(root);
  ASSERT_TRUE(result.library.has_value());
  if (result.library->facts().name == "MKL") GTEST_SKIP() << "MKL comes first here";
  EXPECT_EQ(result.attempts.back().file, file.string());
}

TEST(Discovery, IsMadeOnceForAllThreads) {
  std::vector<const Discovery*> seen(4, nullptr);
  {
    std::vector<std::jthread> threads;
    for (auto& slot : seen) threads.emplace_back([&slot] { slot = &discovery(); });
  }
  for (const Discovery* result : seen) EXPECT_EQ(result, &discovery());
}

TEST(Discovery, TheLibraryFollowsTheNumberOfThreads) {
  if (!discovery().library) GTEST_SKIP() << discovery().reason;
  const Library& used = library();
  if (used.facts().thread_layer == "serial") GTEST_SKIP() << "a serial build";
  EXPECT_EQ(used.threads(), num_threads());
  set_num_threads(2);
  EXPECT_EQ(used.threads(), 2);
  set_num_threads(1);
  EXPECT_EQ(used.threads(), 1);
  set_num_threads(0);
  EXPECT_EQ(used.threads(), num_threads());
}

}  // namespace
}  // namespace loom::blas
