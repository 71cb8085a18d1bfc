#pragma once

#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>

#include "loom/gwas/genotypes/hts_library.h"

namespace loom::gwas {

/// Makes copies of ALT of the genotypes of VCF records; see VcfReader for how. One thread at a time
/// uses a decoder, several decoders may share a header.
class VcfDecoder {
 public:
  VcfDecoder(const bcf_hdr_t* header, std::string dosage_field)
      : header_(header), dosage_field_(std::move(dosage_field)) {}

  struct Result {
    bool biallelic = true;      ///< else there are no copies
    bool has_genotypes = true;  ///< else all are missing
    std::int64_t outside = 0;   ///< dosages outside [0, 2]
    std::string first_outside;  ///< "sample NA1: 2.5"
    std::string problem;        ///< what makes the record unusable: "it has ..."
  };

  /// Fills `copies`, one for each sample of the header, NaN where missing.
  Result decode(bcf1_t* record, std::span<double> copies);

 private:
  /// Memory that htslib allocates, and keeps from record to record.
  template <class T>
  struct Values {
    T* data = nullptr;
    int capacity = 0;
    int width = 0;  ///< values of each sample; 0 where the record lacks the field

    Values() = default;
    Values(const Values&) = delete;
    Values& operator=(const Values&) = delete;
    ~Values() { std::free(data); }
    const T* of(std::size_t sample) const {
      return data + sample * static_cast<std::size_t>(width);
    }
  };

  template <class T>
  void fetch(bcf1_t* record, const char* field, int type, Values<T>& values, Result& result);
  void hard_calls(const bcf1_t* record, std::span<double> copies, Result& result) const;
  void dosages(std::span<double> copies, Result& result) const;
  double dosage(std::size_t sample) const;

  const bcf_hdr_t* header_;
  std::string dosage_field_;
  Values<std::int32_t> genotypes_;
  Values<float> dosages_;
};

}  // namespace loom::gwas
