#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "loom/gwas/genotypes/genotype_block.h"
#include "loom/gwas/tables/phenotype.h"
#include "loom/gwas/tables/text_table.h"

// Genotypes from files. Every format is one reader in one file; nothing behind the readers knows
// which format it was.
namespace loom::gwas {

/// A data set that is read from its first SNP to its last, a block at a time, in memory that does
/// not grow with the number of SNPs' genotypes.
class GenotypeReader {
 public:
  GenotypeReader() = default;
  GenotypeReader(const GenotypeReader&) = delete;
  GenotypeReader& operator=(const GenotypeReader&) = delete;
  virtual ~GenotypeReader() = default;

  /// Who the samples are, in the order of the genotypes. Where the format has no names, the family
  /// is empty and the individual is its number from 1.
  const std::vector<Sample>& samples() const { return samples_; }
  std::int64_t sample_count() const { return std::ssize(samples_); }

  /// SNPs of the data set; nothing where the format tells only at its end.
  virtual std::optional<std::int64_t> snp_count() const = 0;
  /// The next SNPs, at most `count`; none at the end. What a block borrows lives as long as the
  /// reader. Called on one thread at a time, which may be another each time. Throws IoError that
  /// names file, line or byte and what was expected.
  virtual GenotypeBlock read(std::int64_t count) = 0;
  /// Makes SNP `index`, from 0, the next one.
  virtual void seek(std::int64_t index) = 0;
  /// Memory that a SNP of a block takes, without its names.
  virtual std::int64_t bytes_per_snp() const;
  /// How much of the data set was read, from 0 to 1.
  virtual double fraction_read() const = 0;
  /// What the user should know of the SNPs read since the last seek to SNP 0.
  virtual std::vector<std::string> warnings() const { return {}; }

  /// The files that the data set consists of, to know later whether it is still the same. Throws
  /// Error where the format does not tell.
  virtual std::vector<std::filesystem::path> files() const;

  /// Names of the phenotypes that the data set brings, by column; an empty name where it has none.
  virtual std::vector<std::string> phenotype_names() const { return {}; }
  /// Phenotypes number `columns`, from 1. See `read_phenotypes`. Throws Error where the format
  /// brings none.
  virtual std::vector<Phenotype> phenotypes(std::span<const std::int64_t> columns) const;

  /// The file that lists the samples, for messages.
  const std::string& samples_file() const { return samples_file_; }
  /// What every other file with a row for each sample must match.
  ExpectedRows one_row_per_sample() const;

 protected:
  /// `samples_file` is named in messages: "one for each sample in data.fam".
  void set_samples(std::vector<Sample> samples, std::string samples_file);

 private:
  std::vector<Sample> samples_;
  std::string samples_file_;
};

/// Which files make a data set. One of the formats is given.
struct GenotypeInput {
  std::string bfile;         ///< PLINK 1: PREFIX of .bed, .bim, .fam
  std::string geno;          ///< BIMBAM mean genotypes
  std::string annotation;    ///< where their SNPs lie; may be empty
  std::string vcf;           ///< a VCF or BCF file
  std::string dosage_field;  ///< the field of its samples to read instead of GT, such as DS
  std::string pfile;         ///< PLINK 2: PREFIX of .pgen, .pvar, .psam
  std::string bgen;          ///< a .bgen file
  std::string sample;        ///< the .sample file that goes with it, if it does not lie beside it
  bool ref_first = false;    ///< of the .bgen file, count copies of the second allele of each SNP

  bool given() const;
};

/// Throws IoError for what the files get wrong, ValueError unless one format is given.
std::unique_ptr<GenotypeReader> open_genotypes(const GenotypeInput& input);

}  // namespace loom::gwas
