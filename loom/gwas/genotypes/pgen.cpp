#include "loom/gwas/genotypes/pgen.h"

#include <algorithm>
#include <filesystem>
#include <memory>

#include "loom/support/threads.h"

namespace loom::gwas {
namespace {

constexpr std::int64_t kVariantsPerPiece = 16;

/// PREFIX with the first of the endings that exists, else with the first one.
std::filesystem::path first_existing(const std::string& prefix,
                                     std::initializer_list<const char*> endings) {
  std::error_code ignored;
  for (const char* ending : endings) {
    if (std::filesystem::exists(prefix + ending, ignored)) return prefix + ending;
  }
  return prefix + *endings.begin();
}

}  // namespace

/// Variants that are read together.
struct PgenReader::Batch {
  std::vector<Snp> snps;
  std::vector<PgenRecord> records;
  std::unique_ptr<bool[]> usable;
  /// The record from which the first is a difference, or the first.
  PgenRecord base;
  bool hard_calls = true;  ///< there is nothing else in it

  std::int64_t size() const { return std::ssize(records); }
};

PgenReader::PgenReader(const std::string& prefix)
    : sample_table_(read_psam(first_existing(prefix, {".psam", ".fam"}))),
      variants_(first_existing(prefix, {".pvar", ".pvar.zst", ".pvar.gz", ".bim"})),
      file_(prefix + ".pgen", variants_.count(), std::ssize(sample_table_.samples)) {
  set_samples(sample_table_.samples, sample_table_.path.string());
}

PgenReader::Batch PgenReader::next_batch(std::int64_t count) {
  count = std::min(count, variants_.count() - next_);
  Batch batch;
  batch.usable = std::make_unique<bool[]>(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) {
    PvarFile::Variant variant = variants_.next();
    const PgenRecord record = file_.next();
    const bool usable = variant.has_two_alleles && !record.has_more_alleles();
    if (i == 0) batch.base = file_.base_of(record);
    batch.hard_calls &= usable && !record.has_dosages();
    batch.snps.push_back(std::move(variant.snp));
    batch.usable[static_cast<std::size_t>(i)] = usable;
    batch.records.push_back(record);
  }
  next_ += count;
  return batch;
}

/// Rows of a .bed file, or numbers of copies, of all variants that can be used.
Array PgenReader::decoded(const Batch& batch, bool packed) const {
  const std::int64_t samples = sample_count(), row_bytes = (samples + 3) / 4;
  Array result = packed ? Array::empty({batch.size(), row_bytes}, DType::uint8)
                        : Array::empty({batch.size(), samples});
  parallel_for(batch.size(), kVariantsPerPiece, [&](std::int64_t begin, std::int64_t end) {
    PgenDecoder decoder(file_, samples);
    // Differences are from a record before them, which may belong to another piece.
    std::int64_t base = begin;
    while (base > 0 && batch.records[static_cast<std::size_t>(base)].is_difference()) --base;
    const PgenRecord& first = batch.records[static_cast<std::size_t>(base)];
    if (first.is_difference()) {
      decoder.decode(batch.base);
    } else if (base < begin) {
      decoder.decode(first);
    }
    for (std::int64_t i = begin; i < end; ++i) {
      const PgenRecord& record = batch.records[static_cast<std::size_t>(i)];
      decoder.decode(record);
      if (packed) {
        decoder.write_packed(result.data<std::uint8_t>() + i * row_bytes);
      } else if (batch.usable[static_cast<std::size_t>(i)]) {
        decoder.write_copies(
            record, {result.data<double>() + i * samples, static_cast<std::size_t>(samples)});
      }
    }
  });
  return result;
}
GenotypeBlock PgenReader::read(std::int64_t count) {
  Batch batch = next_batch(count);
  const Array genotypes = decoded(batch, batch.hard_calls);
  if (batch.size() > 0) file_.release(batch.records.front());
  if (batch.hard_calls) return block_of_packed(std::move(batch.snps), genotypes);
  const std::span<const bool> usable(batch.usable.get(), batch.records.size());
  return block_of(std::move(batch.snps), genotypes, usable);
}

void PgenReader::seek(std::int64_t index) {
  next_ = std::min(index, variants_.count());
  variants_.seek(next_);
  file_.seek(next_);
}

double PgenReader::fraction_read() const {
  return static_cast<double>(next_) / static_cast<double>(variants_.count());
}

std::vector<std::string> PgenReader::phenotype_names() const {
  return sample_table_.phenotype_names;
}

std::vector<Phenotype> PgenReader::phenotypes(std::span<const std::int64_t> columns) const {
  return sample_table_.phenotypes(columns);
}

}  // namespace loom::gwas
