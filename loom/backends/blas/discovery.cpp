#include "loom/backends/blas/discovery.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <span>

#include "loom/support/cpu.h"
#include "loom/support/error.h"
#include "loom/support/threads.h"

namespace loom::blas {
namespace {

namespace fs = std::filesystem;

struct Candidate {
  const char* soname;
  int integer_bits;  ///< what the name promises; a library that breaks the promise is passed over
};

constexpr std::array<Candidate, 3> kMkl = {{
    {"libmkl_rt.so.3", 64},
    {"libmkl_rt.so.2", 64},
    {"libmkl_rt.so.1", 64},
}};
// Those that come with Python packages are newer than a distribution's, and so faster.
constexpr std::array<Candidate, 4> kOpenBlas64 = {{
    {"libscipy_openblas64_.so", 64},    // PyPI
    {"libscipy_openblas64_-*.so", 64},  // NumPy's own
    {"libopenblas64.so.0", 64},         // Debian
    {"libopenblas64_.so.0", 64},        // Fedora, Julia
}};
constexpr std::array<Candidate, 2> kOpenBlas32 = {{
    {"libopenblas.so.0", 32},
    {"libscipy_openblas.so", 32},
}};
constexpr std::array<Candidate, 2> kBlis = {{
    {"libblis64.so.4", 64},
    {"libblis.so.4", 32},
}};

using Family = std::span<const Candidate>;
constexpr std::array<Family, 4> kOrderOnIntel = {kMkl, kOpenBlas64, kOpenBlas32, kBlis};
// MKL runs AVX2 kernels on AMD processors with AVX-512, at half the speed of OpenBLAS.
constexpr std::array<Family, 4> kOrderElsewhere = {kOpenBlas64, kMkl, kOpenBlas32, kBlis};

/// A folder below the one that an environment variable names or, without a variable, in which the
/// Python package lies that this library is part of.
struct Place {
  const char* variable;
  const char* below;
};

constexpr std::array<Place, 8> kPlaces = {{
    {nullptr, "scipy_openblas64/lib"},
    {nullptr, "numpy.libs"},
    {"VIRTUAL_ENV", "lib/python*/site-packages/scipy_openblas64/lib"},
    {"VIRTUAL_ENV", "lib/python*/site-packages/scipy_openblas32/lib"},
    {"VIRTUAL_ENV", "lib"},
    {"CONDA_PREFIX", "lib"},
    {"MKLROOT", "lib"},
    {"MKLROOT", "lib/intel64"},
}};

/// The folder of Python packages, where this library is <folder>/loom/lib/libloom.so; else one
/// where nothing will be found.
fs::path package_folder() {
  Dl_info info;
  if (dladdr(reinterpret_cast<const void*>(&discover), &info) == 0) return {};
  // The command finds this library as <folder>/loom/bin/../lib/libloom.so.
  std::error_code error;
  const fs::path library = fs::weakly_canonical(info.dli_fname, error);
  return library.parent_path().parent_path().parent_path();
}

fs::path root_of(const Place& place) {
  if (place.variable == nullptr) return package_folder();
  const char* root = std::getenv(place.variable);
  return root == nullptr ? "" : root;
}

/// The entries of `folders` whose name is `pattern`, in which one "*" stands for anything; sorted.
std::vector<fs::path> entries(const std::vector<fs::path>& folders, const std::string& pattern) {
  std::vector<fs::path> found;
  std::error_code error;
  const std::size_t star = pattern.find('*');
  for (const fs::path& folder : folders) {
    if (star == pattern.npos) {
      if (fs::exists(folder / pattern, error)) found.push_back(folder / pattern);
      continue;
    }
    for (const auto& entry : fs::directory_iterator(folder, error)) {
      const std::string name = entry.path().filename().string();
      const bool matches = name.size() >= pattern.size() - 1 &&
                           name.starts_with(pattern.substr(0, star)) &&
                           name.ends_with(pattern.substr(star + 1));
      if (matches) found.push_back(entry.path());
    }
  }
  std::ranges::sort(found);
  return found;
}

/// Where to look for `soname`: the files of that name in the known folders, then, unless it is a
/// pattern, the bare name for the loader to find.
std::vector<std::string> files_of(const std::string& soname) {
  std::vector<std::string> files;
  for (const Place& place : kPlaces) {
    std::vector<fs::path> found = {root_of(place)};
    if (found[0].empty()) continue;
    for (const fs::path& part : fs::path(place.below)) found = entries(found, part.string());
    for (const fs::path& file : entries(found, soname)) files.push_back(file.string());
  }
  if (soname.find('*') == soname.npos) files.push_back(soname);
  return files;
}

/// Opens `file` into `discovery` or notes why not.
bool try_file(const std::string& file, int promised_bits, Discovery& discovery) {
  std::string outcome = "loaded";
  try {
    Library library = Library::open(file);
    const int bits = library.facts().integer_bits;
    if (promised_bits == 0 || bits == promised_bits) {
      discovery.library = std::move(library);
    } else {
      outcome = fmt::format("takes {}-bit integers, against its name", bits);
    }
  } catch (const BackendUnavailableError& error) {
    outcome = error.what();
    if (outcome.starts_with(file + ": ")) outcome.erase(0, file.size() + 2);
  }
  discovery.attempts.push_back({file, outcome});
  return discovery.library.has_value();
}

void search(Discovery& discovery) {
  const bool intel = cpu_info().vendor == "GenuineIntel";
  for (const Family family : intel ? kOrderOnIntel : kOrderElsewhere) {
    for (const Candidate& candidate : family) {
      for (const std::string& file : files_of(candidate.soname)) {
        if (try_file(file, candidate.integer_bits, discovery)) return;
      }
    }
  }
  discovery.reason = "no BLAS library was found";
  discovery.remedy = "install libopenblas64-0-pthread, or set LOOM_BLAS to the path of a library";
}

const Discovery& found() {
  // Never destroyed: threads of the caller may still compute while the process ends.
  static const Discovery& found = *[] {
    const char* file = std::getenv("LOOM_BLAS");
    return new Discovery(discover(file == nullptr ? "" : file));
  }();
  return found;
}

}  // namespace

Discovery discover(const std::string& override_file) {
  Discovery discovery;
  if (override_file.empty()) {
    search(discovery);
  } else if (!try_file(override_file, 0, discovery)) {
    discovery.reason =
        fmt::format("LOOM_BLAS={}: {}", override_file, discovery.attempts.back().outcome);
    discovery.remedy = "set LOOM_BLAS to the path of a BLAS library, or unset it";
  }
  return discovery;
}

const Discovery& discovery() {
  const Discovery& result = found();
  static const bool following = [&result] {
    if (result.library) {
      on_num_threads_change([](int count) { found().library->set_threads(count); });
    }
    return result.library.has_value();
  }();
  static_cast<void>(following);
  return result;
}

const Library& library() {
  const Discovery& result = discovery();
  if (!result.library) {
    throw BackendUnavailableError(fmt::format("[blas] {}; {}", result.reason, result.remedy));
  }
  return *result.library;
}

}  // namespace loom::blas
