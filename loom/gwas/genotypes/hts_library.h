#pragma once

#include <htslib/hts.h>
#include <htslib/vcf.h>

namespace loom::gwas {

/// The functions of htslib that Loom calls. The library is opened when the first VCF file is: Loom
/// starts faster so, and runs where it is not installed. What the headers define as macros or
/// inline is free of the library and is used as it is.
struct HtsLibrary {
  decltype(&::hts_open) open;
  decltype(&::hts_close) close;
  decltype(&::hts_get_format) format;
  decltype(&::hts_check_EOF) check_end;
  decltype(&::hts_set_log_level) set_log_level;
  decltype(&::bcf_hdr_read) read_header;
  decltype(&::bcf_hdr_destroy) destroy_header;
  decltype(&::bcf_init) make_record;
  decltype(&::bcf_destroy) destroy_record;
  decltype(&::bcf_read) read_record;
  decltype(&::bcf_unpack) unpack;
  decltype(&::bcf_get_fmt) format_field;
  decltype(&::bcf_get_format_values) format_values;
};

/// Throws IoError that says which package to install.
const HtsLibrary& hts_library();

}  // namespace loom::gwas
