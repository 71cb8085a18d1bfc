#include "loom/gwas/genotypes/hts_library.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include "loom/support/error.h"

namespace loom::gwas {
namespace {

[[noreturn]] void fail() {
  const char* reason = dlerror();
  throw IoError(
      fmt::format("VCF and BCF files are read by htslib, which cannot be loaded: {}; "
                  "install the package libhts3 (on Ubuntu 24.04, libhts3t64)",
                  reason != nullptr ? reason : "no reason given"));
}

template <class Function>
void find(void* library, const char* name, Function& function) {
  void* const symbol = dlsym(library, name);
  if (symbol == nullptr) fail();
  function = reinterpret_cast<Function>(symbol);
}

HtsLibrary load() {
  // The number is that of the interface which the headers describe.
  void* const library = dlopen("libhts.so.3", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) fail();
  HtsLibrary hts{};
  find(library, "hts_open", hts.open);
  find(library, "hts_close", hts.close);
  find(library, "hts_get_format", hts.format);
  find(library, "hts_check_EOF", hts.check_end);
  find(library, "hts_set_log_level", hts.set_log_level);
  find(library, "bcf_hdr_read", hts.read_header);
  find(library, "bcf_hdr_destroy", hts.destroy_header);
  find(library, "bcf_init", hts.make_record);
  find(library, "bcf_destroy", hts.destroy_record);
  find(library, "bcf_read", hts.read_record);
  find(library, "bcf_unpack", hts.unpack);
  find(library, "bcf_get_fmt", hts.format_field);
  find(library, "bcf_get_format_values", hts.format_values);
  // What is wrong with a file, our messages say.
  hts.set_log_level(HTS_LOG_OFF);
  return hts;
}

}  // namespace

const HtsLibrary& hts_library() {
  static const HtsLibrary hts = load();
  return hts;
}

}  // namespace loom::gwas
