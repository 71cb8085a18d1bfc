#include "loom/gwas/snp_stream.h"

#include <fmt/format.h>

#include "loom/gwas/genotype_operations.h"

namespace loom::gwas {

void check_any_kept(const FilterReport& report) {
  if (report.kept() > 0) return;
  throw Error(fmt::format("no SNP passes the filters: all {} are dropped, {}", report.total(),
                          report.dropped()));
}

Array value_table(const std::vector<GenotypeValues>& values) {
  Array table = Array::empty({std::ssize(values), 4});
  double* out = table.data<double>();
  for (const GenotypeValues& row : values) out = std::copy(row.begin(), row.end(), out);
  return table;
}

SnpStream::SnpStream(const Study& study, const SnpThresholds& thresholds, std::int64_t chunk_size)
    : study_(study),
      thresholds_(thresholds),
      chunk_size_(chunk_size),
      covariate_fit_(study.design),
      analysed_(study.analysed_samples()) {}

bool SnpStream::listed(std::int64_t snp) const {
  return !study_.snp_list || study_.snp_list->contains(study_.genotypes.snps()[snp].id);
}

std::vector<KeptSnp> SnpStream::judge_block(std::int64_t first, std::int64_t count) {
  const PlinkFiles& genotypes = study_.genotypes;
  const std::span<const std::uint8_t> bytes = genotypes.packed(first, count);
  const Array packed =
      Array::borrow(const_cast<std::uint8_t*>(bytes.data()), {count, genotypes.row_bytes()},
                    {genotypes.row_bytes(), 1}, DType::uint8, false, nullptr);
  const Array counts = count_genotypes(packed, analysed_);
  const std::int64_t* row = counts.data<std::int64_t>();
  std::vector<KeptSnp> kept;
  for (std::int64_t snp = first; snp < first + count; ++snp, row += 4) {
    const GenotypeCounts found{row[0], row[1], row[2], row[3]};
    const SnpVerdict verdict = listed(snp) ? judge(found, thresholds_) : SnpVerdict::not_listed;
    if (verdict == SnpVerdict::kept)
      kept.push_back({snp, found});
    else
      report_.add(verdict);
  }
  return kept;
}

Array SnpStream::gather_packed(const std::vector<KeptSnp>& kept) const {
  const std::int64_t bytes = study_.genotypes.row_bytes();
  Array packed = Array::empty({std::ssize(kept), bytes}, DType::uint8);
  std::uint8_t* out = packed.data<std::uint8_t>();
  for (const KeptSnp& snp : kept) {
    const std::span<const std::uint8_t> row = study_.genotypes.packed(snp.index, 1);
    out = std::copy(row.begin(), row.end(), out);
  }
  return packed;
}

void SnpStream::drop_collinear(std::vector<KeptSnp>& kept) {
  std::vector<GenotypeValues> values;
  values.reserve(kept.size());
  for (const KeptSnp& snp : kept) {
    values.push_back(genotype_values(2 * snp.counts.allele1_frequency()));
  }
  const Array imputed = decode_genotypes(gather_packed(kept), value_table(values), analysed_);
  std::vector<KeptSnp> remaining;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    const bool collinear =
        covariate_fit_.r2(imputed.select(0, static_cast<std::int64_t>(i)).span<double>()) >
        thresholds_.max_r2;
    if (collinear)
      report_.add(SnpVerdict::collinear);
    else
      remaining.push_back(kept[i]);
  }
  kept = std::move(remaining);
}

std::optional<SnpChunk> SnpStream::next() {
  const std::int64_t total = study_.genotypes.snp_count();
  if (position_ == total) return std::nullopt;
  const std::int64_t count = std::min(chunk_size_, total - position_);
  std::vector<KeptSnp> kept = judge_block(position_, count);
  // A share above 1 is rounding: a threshold of 1 keeps every SNP.
  const bool filtered = covariate_fit_.applies() && thresholds_.max_r2 < 1;
  if (filtered && !kept.empty()) drop_collinear(kept);
  for (std::size_t i = 0; i < kept.size(); ++i) report_.add(SnpVerdict::kept);
  SnpChunk chunk{std::move(kept), {}, position_ + count};
  chunk.packed = gather_packed(chunk.kept);
  study_.genotypes.release(position_, count);
  position_ += count;
  return chunk;
}

}  // namespace loom::gwas
