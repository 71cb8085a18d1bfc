#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "loom/gwas/genotypes/hts_library.h"
#include "loom/gwas/genotypes/snp.h"

namespace loom::gwas {

/// The records of a VCF or BCF file, from the first to the last, through htslib.
class VcfFile {
 public:
  /// Throws IoError: the file cannot be opened, is of another format, has no header or ends early.
  explicit VcfFile(std::filesystem::path path);

  const std::filesystem::path& path() const { return path_; }
  std::vector<std::string> sample_names() const;
  std::int64_t sample_count() const { return bcf_hdr_nsamples(header_.get()); }
  /// Names of the FORMAT fields that the header defines.
  std::vector<std::string> format_fields() const;

  /// The next records, at most `count` and about as many as are worth a parallel loop; none at the
  /// end. They live until the next call. Throws IoError for a malformed record.
  std::span<bcf1_t* const> next(std::int64_t count);
  /// Passes over the next record; false at the end.
  bool skip();
  /// How many records were read, those of `next` and those of `skip`.
  std::int64_t position() const { return position_; }

  /// Where a record of `next` lies and what it is called. Not to be called twice at a time for the
  /// same record.
  Snp snp(bcf1_t* record) const;
  const bcf_hdr_t* header() const { return header_.get(); }
  /// See GenotypeReader.
  double fraction_read() const;

 private:
  bool read(bcf1_t* record);
  bcf1_t* record(std::size_t index);

  template <class T>
  struct Closer {
    void (*close)(T*);
    void operator()(T* handle) const { close(handle); }
  };
  template <class T>
  using Handle = std::unique_ptr<T, Closer<T>>;

  std::filesystem::path path_;
  double size_ = 0;  ///< bytes
  Handle<htsFile> file_;
  Handle<bcf_hdr_t> header_;
  std::vector<Handle<bcf1_t>> records_;
  std::vector<bcf1_t*> batch_;
  std::int64_t position_ = 0;
};

}  // namespace loom::gwas
