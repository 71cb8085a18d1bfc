#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "loom/gwas/tables/sample.h"

// Who is who in two lists of samples. Two samples are the same where their individuals have the
// same name and their families do not differ; an empty family, or "0", differs from none.
namespace loom::gwas {

/// Samples, and where they are listed, for messages.
struct SampleList {
  std::span<const Sample> samples;
  std::string source;  ///< "data.fam"
};

/// "F1 I1", or "I1" where the family is unknown.
std::string name_of(const Sample& sample);

/// The names of the first few samples: "F1 I1, F2 I2, F3 I3, ...".
std::string first_names(std::span<const Sample> samples);

/// Whether the samples are called 1, 2, 3..., which says nothing but their order.
bool are_numbered(std::span<const Sample> samples);

/// For each of `wanted` the place of the same sample in `having`, -1 where there is none. The same
/// family goes before an unknown one. Throws Error where a sample may be two of the other list:
/// "[samples] I1 of data.fam may be F1 I1 or F2 I1 of pheno.txt", "[samples] F1 I1 and F2 I1 of
/// data.fam may both be I1 of pheno.txt"; or where nobody is in both lists: "[samples] nobody in
/// pheno.txt (A, B, C, ...) is in data.fam (F1 I1, F2 I2, F3 I3, ...)".
std::vector<std::int64_t> match_samples(const SampleList& wanted, const SampleList& having);

}  // namespace loom::gwas
