#include "loom/gwas/genotypes/vcf_file.h"

#include <fmt/format.h>
#include <htslib/bgzf.h>
#include <htslib/hfile.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "loom/support/error.h"

namespace loom::gwas {
namespace {

/// Records are handed out together until their genotypes take this much.
constexpr std::size_t kBatchBytes = std::size_t{4} << 20;

/// What htslib found wrong with a record.
const char* reason(int code) {
  if ((code & BCF_ERR_NCOLS) != 0) return "it has other columns than the header says";
  if ((code & BCF_ERR_LIMITS) != 0) return "it is too large";
  if ((code & (BCF_ERR_CTG_UNDEF | BCF_ERR_CTG_INVALID)) != 0) return "its chromosome has no name";
  if ((code & (BCF_ERR_TAG_UNDEF | BCF_ERR_TAG_INVALID)) != 0) return "it has a field without name";
  return "it is malformed, or the file ends in it";
}

}  // namespace

VcfFile::VcfFile(std::filesystem::path path) : path_(std::move(path)) {
  const HtsLibrary& hts = hts_library();
  // htslib would take a name that is no file for an address in the network.
  std::ifstream file(path_, std::ios::binary | std::ios::ate);
  if (!file || std::filesystem::is_directory(path_)) {
    throw IoError(
        fmt::format("{}: cannot open: {}", path_.string(), std::strerror(file ? EISDIR : errno)));
  }
  size_ = static_cast<double>(file.tellg());
  file_ = {hts.open(path_.c_str(), "r"), {[](htsFile* f) { hts_library().close(f); }}};
  if (!file_) throw IoError(fmt::format("{}: neither VCF nor BCF", path_.string()));
  const htsExactFormat format = hts.format(file_.get())->format;
  if (format != vcf && format != bcf) {
    throw IoError(fmt::format("{}: neither VCF nor BCF", path_.string()));
  }
  if (hts.check_end(file_.get()) == 0) {
    throw IoError(
        fmt::format("{}: the file ends early: it lacks the empty block that ends a file "
                    "of bgzip's",
                    path_.string()));
  }
  header_ = {hts.read_header(file_.get()), {[](bcf_hdr_t* h) { hts_library().destroy_header(h); }}};
  if (!header_) throw IoError(fmt::format("{}: its header is malformed", path_.string()));
  if (sample_count() == 0) {
    throw IoError(fmt::format("{}: there are no samples in it", path_.string()));
  }
}

std::vector<std::string> VcfFile::sample_names() const {
  return {header_->samples, header_->samples + sample_count()};
}

std::vector<std::string> VcfFile::format_fields() const {
  std::vector<std::string> names;
  for (int id = 0; id < header_->n[BCF_DT_ID]; ++id) {
    const char* name = header_->id[BCF_DT_ID][id].key;
    if (name != nullptr && bcf_hdr_idinfo_exists(header_.get(), BCF_HL_FMT, id)) {
      names.emplace_back(name);
    }
  }
  return names;
}

/// Record `index` of those that are kept for reading into.
bcf1_t* VcfFile::record(std::size_t index) {
  while (records_.size() <= index) {
    records_.push_back(
        {hts_library().make_record(), {[](bcf1_t* r) { hts_library().destroy_record(r); }}});
    if (!records_.back()) throw std::bad_alloc();
  }
  return records_[index].get();
}

bool VcfFile::read(bcf1_t* record) {
  constexpr int kEnd = -1;
  const int status = hts_library().read_record(file_.get(), header_.get(), record);
  if (status == kEnd) return false;
  ++position_;
  // A name that the header lacks has been added to it.
  const int error = record->errcode & ~(BCF_ERR_CTG_UNDEF | BCF_ERR_TAG_UNDEF);
  if (status < 0 || error != 0) {
    throw IoError(fmt::format("{}: variant {} cannot be read: {}", path_.string(), position_,
                              reason(record->errcode)));
  }
  const bool named = record->rid >= 0 && record->rid < header_->n[BCF_DT_CTG] &&
                     header_->id[BCF_DT_CTG][record->rid].key != nullptr;
  if (!named) {
    throw IoError(fmt::format("{}: variant {} cannot be read: {}", path_.string(), position_,
                              reason(BCF_ERR_CTG_UNDEF)));
  }
  return true;
}

bool VcfFile::skip() { return read(record(0)); }

std::span<bcf1_t* const> VcfFile::next(std::int64_t count) {
  batch_.clear();
  std::size_t bytes = 0;
  while (std::ssize(batch_) < count && bytes < kBatchBytes) {
    bcf1_t* const next = record(batch_.size());
    if (!read(next)) break;
    bytes += next->shared.l + next->indiv.l;
    batch_.push_back(next);
  }
  return batch_;
}

Snp VcfFile::snp(bcf1_t* record) const {
  hts_library().unpack(record, BCF_UN_STR);
  Snp snp;
  snp.chromosome = header_->id[BCF_DT_CTG][record->rid].key;
  snp.position = record->pos + 1;
  const auto allele = [&](int i) { return i < record->n_allele ? record->d.allele[i] : "."; };
  snp.allele0 = allele(0);
  snp.allele1 = allele(1);
  for (int i = 2; i < record->n_allele; ++i) snp.allele1 += fmt::format(",{}", allele(i));
  const bool has_name = record->d.id != nullptr && std::string_view(record->d.id) != ".";
  snp.id = has_name
               ? record->d.id
               : fmt::format("{}:{}:{}:{}", snp.chromosome, snp.position, snp.allele0, snp.allele1);
  return snp;
}

double VcfFile::fraction_read() const {
  const auto done =
      static_cast<double>(file_->is_bgzf ? file_->fp.bgzf->block_address : htell(file_->fp.hfile));
  return size_ > 0 ? std::clamp(done / size_, 0.0, 1.0) : 0;
}

}  // namespace loom::gwas
