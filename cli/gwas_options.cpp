#include "cli/gwas_options.h"

#include <fmt/format.h>

#include "loom/dispatch/selection.h"
#include "loom/support/error.h"
#include "loom/support/memory.h"
#include "loom/support/progress.h"
#include "loom/support/text.h"

namespace loom::cli {
namespace {

/// Lines on standard output, a progress bar on standard error.
Monitor terminal_monitor() {
  Monitor monitor;
  monitor.progress = [bar = std::make_shared<Progress>()](std::string_view phase, std::int64_t done,
                                                          std::int64_t total) {
    bar->update(phase, done, total);
  };
  monitor.say = [](const std::string& text) { fmt::print("{}\n", text); };
  return monitor;
}

/// A format of genotypes: the option that names its files.
struct GenotypeOption {
  const char* names;
  std::string gwas::GenotypeInput::*value;
  const char* type;
  const char* help;
};

constexpr GenotypeOption kGenotypeOptions[] = {
    {"-b,--bfile", &gwas::GenotypeInput::bfile, "PREFIX", "PLINK files PREFIX.bed, .bim, .fam"},
    {"-g,--geno", &gwas::GenotypeInput::geno, "FILE", "BIMBAM mean genotypes"},
    {"--vcf", &gwas::GenotypeInput::vcf, "FILE", "VCF file, compressed or not, or BCF file"},
    {"--pfile", &gwas::GenotypeInput::pfile, "PREFIX", "PLINK 2 files PREFIX.pgen, .pvar, .psam"},
    {"--bgen", &gwas::GenotypeInput::bgen, "FILE", "BGEN file, version 1.2 or 1.3"},
};

/// One of the formats must be given, and no second one.
void add_genotype_options(CLI::App& command, gwas::GenotypeInput& input) {
  std::vector<CLI::Option*> formats;
  for (const GenotypeOption& option : kGenotypeOptions) {
    CLI::Option* added =
        command.add_option(option.names, input.*option.value, option.help)->type_name(option.type);
    for (CLI::Option* other : formats) added->excludes(other);
    formats.push_back(added);
  }
  command
      .add_option("-a,--anno", input.annotation,
                  "positions of the BIMBAM file's SNPs: name, base pairs, chromosome")
      ->type_name("FILE")
      ->needs(command.get_option("--geno"));
  command
      .add_option("--dosage", input.dosage_field,
                  "field of the VCF file that holds dosages, such as DS, GP or HDS; default GT")
      ->type_name("FIELD")
      ->needs(command.get_option("--vcf"));
  CLI::Option* bgen = command.get_option("--bgen");
  command
      .add_option("--sample", input.sample,
                  "samples and phenotypes of the BGEN file, if not in FILE.sample beside it")
      ->type_name("FILE")
      ->needs(bgen);
  command
      .add_flag("--ref-first", input.ref_first,
                "the first allele in the BGEN file is REF: count copies of the second")
      ->needs(bgen);
  command.parse_complete_callback([&input] {
    if (input.given()) return;
    throw CLI::RequiredError("a data set (--bfile, --geno, --vcf, --pfile or --bgen)");
  });
}

/// The words of values that may hold several, with commas or blanks between.
std::vector<std::string> words_of(const std::vector<std::string>& values) {
  std::vector<std::string> words;
  for (std::string_view text : values) {
    for (auto word = next_field(text, ", "); !word.empty(); word = next_field(text, ", ")) {
      words.emplace_back(word);
    }
  }
  return words;
}

/// An option that takes lists of words and may be given more than once.
CLI::Option* add_words(CLI::App& command, const char* names, std::vector<std::string>& words,
                       const char* help, const char* type) {
  return command
      .add_option_function<std::vector<std::string>>(
          names, [&words](const std::vector<std::string>& values) { words = words_of(values); },
          help)
      ->type_name(type);
}

void set_numbers(const std::vector<std::string>& values, std::vector<std::int64_t>& numbers) {
  numbers.clear();
  for (const std::string& word : words_of(values)) {
    const std::optional<std::int64_t> number = parse_int(word);
    if (!number || *number < 1 || *number > 1'000'000) {
      throw CLI::ValidationError("--phenotype",
                                 fmt::format("expected numbers of columns from 1, found {}", word));
    }
    numbers.push_back(*number);
  }
}

void add_phenotype_options(CLI::App& command, gwas::StudyInput& input) {
  command
      .add_option("-p,--pheno", input.phenotypes.file,
                  "phenotypes instead of the data set's: with a header that begins with FID or IID "
                  "(NA and -9 are missing), or one row per sample (NA is missing)")
      ->type_name("FILE");
  gwas::PhenotypeChoice& choice = input.phenotype_choice;
  CLI::Option* numbers = command
                             .add_option_function<std::vector<std::string>>(
                                 "-n,--phenotype",
                                 [&choice](const std::vector<std::string>& values) {
                                   set_numbers(values, choice.numbers);
                                 },
                                 "columns of the phenotypes, from 1; lmm scans each on its own")
                             ->type_name("NUMBER,...")
                             ->default_str("1");
  CLI::Option* names =
      add_words(command, "--pheno-name", choice.names, "phenotypes by name", "NAME,...")
          ->excludes(numbers);
  command.add_flag("--all-pheno", choice.all, "every phenotype that can be analysed")
      ->excludes(numbers)
      ->excludes(names);
}

void add_covariate_options(CLI::App& command, gwas::StudyInput& input) {
  CLI::Option* file =
      command
          .add_option("-c,--covariates", input.covariates.file,
                      "covariates: with a header that begins with FID or IID, or one row per "
                      "sample; NA drops the sample")
          ->type_name("FILE");
  add_words(command, "--covar-name", input.covariate_choice.names,
            "only these columns of the covariates", "NAME,...")
      ->needs(file);
  add_words(command, "--categorical", input.covariate_choice.categorical,
            "covariates whose values are categories, by name or number", "NAME,...")
      ->needs(file);
}

}  // namespace

CLI::Validator number_between(double low, double high) {
  const std::string range = fmt::format("from {} to {}", low, high);
  const auto check = [=](std::string& text) {
    const std::optional<double> number = parse_double(text);
    if (number && *number >= low && *number <= high) return std::string();
    return fmt::format("expected a number {}, found {}", range, text);
  };
  return CLI::Validator(check, range);
}

void add_input_options(CLI::App& command, gwas::RunOptions& options) {
  add_genotype_options(command, options.input.genotypes);
  add_phenotype_options(command, options.input);
  add_covariate_options(command, options.input);
}

CLI::Option* add_kinship_file_options(CLI::App& command, gwas::KinshipInput& kinship) {
  CLI::Option* file =
      command
          .add_option("-k,--kinship", kinship.file,
                      "kinship matrix; FILE.id or, for PREFIX.cXX.txt, PREFIX.cXX.id names its "
                      "samples")
          ->type_name("FILE");
  command
      .add_option_function<int>(
          "--km", [&kinship](int format) { kinship.format = gwas::KinshipFormat{format}; },
          "1: the matrix, 2: lines of two individuals and their kinship")
      ->check(CLI::IsMember({1, 2}))
      ->default_str("1")
      ->needs(file);
  return file;
}

void add_filter_options(CLI::App& command, gwas::RunOptions& options) {
  gwas::SnpThresholds& t = options.thresholds;
  command.add_option("--snps", options.input.snps, "analyse only the SNPs listed in this file")
      ->type_name("FILE");
  command
      .add_option("--miss", t.max_missing, "drop SNPs with more missing genotypes than this share")
      ->check(number_between(0, 1))
      ->capture_default_str();
  command.add_option("--maf", t.min_maf, "drop SNPs whose minor allele is rarer")
      ->check(number_between(0, 0.5))
      ->capture_default_str();
  command
      .add_option("--hwe", t.min_hwe_p, "drop SNPs whose Hardy-Weinberg p is smaller; 0: no test")
      ->check(number_between(0, 1))
      ->capture_default_str();
  command.add_option("--r2", t.max_r2, "drop SNPs of which covariates explain more")
      ->check(number_between(0, 1))
      ->capture_default_str();
  command.add_flag_callback(
      "--notsnp", [&t] { t.population_filters = false; },
      "no filter by frequency or Hardy-Weinberg");
}

void add_kinship_options(CLI::App& command, gwas::RunOptions& options) {
  command
      .add_option("--ksnps", options.input.kinship_snps,
                  "make the kinship matrix of the SNPs listed in this file")
      ->type_name("FILE");
}

void add_scan_options(CLI::App& command, gwas::ScanOptions& options) {
  command
      .add_option_function<std::string>(
          "--chr",
          [&options](const std::string& list) { options.chromosomes = gwas::ChromosomeList(list); },
          "test only the SNPs of these chromosomes")
      ->type_name("1-4,X,...");
  command
      .add_option("--gxe", options.input.environment.file,
                  "test each SNP's interaction with the environment in this file, a number for "
                  "each sample; NA drops the sample")
      ->type_name("FILE");
}

void add_npy_option(CLI::App& command, bool& npy) {
  command.add_flag("--npy", npy,
                   "write matrices in NumPy's format, in full precision, instead of as text");
}

void add_output_options(CLI::App& command, gwas::RunOptions& options, const CommandLine& line) {
  gwas::RunOutput& output = options.output.emplace();
  output.command_line = line;
  options.monitor = terminal_monitor();
  command.add_option("--outdir", output.folder, "folder of the results")->capture_default_str();
  command.add_option("-o,--out", output.prefix, "start of the results' names")
      ->capture_default_str();
  command.add_flag_callback(
      "--silence,--quiet", [&options] { options.monitor = {}; },
      "no lines on standard output, no progress bar");
}

void add_result_options(CLI::App& command, gwas::ResultOptions& results) {
  command
      .add_option("--columns", results.columns,
                  "columns of the results, in this order, instead of GEMMA's")
      ->type_name("NAME,...");
  command.add_flag("--log10p", results.log10p,
                   "columns log10p_..., -log10 p, which never underflows, instead of p_...");
  add_choice<std::string>(
      command, "--format", results.suffix,
      {{"txt", ".txt"}, {"gz", ".txt.gz"}, {"zst", ".txt.zst"}, {"parquet", ".parquet"}}, "txt",
      "of the results");
  command.add_flag("--summary", results.summary,
                   "write PREFIX.summary.txt: genomic inflation and the most significant SNPs");
  command.add_flag("--filter-report", results.filter_report,
                   "write PREFIX.filter.txt: which filter dropped each SNP, and why");
  command.add_flag("--plot", results.plot, "draw Manhattan and QQ plots, as PNG and SVG");
}

void add_backend_option(CLI::App& command) {
  command
      .add_option_function<std::string>(
          "--be,--backend", [](const std::string& name) { set_backend(name); },
          "backend that computes: auto or a name that `loom backends` lists")
      ->type_name("NAME");
}

void add_memory_option(CLI::App& command) {
  command
      .add_option_function<std::string>(
          "--memory",
          [](const std::string& size) {
            try {
              set_memory_limit(parse_bytes(size));
            } catch (const ValueError& error) {
              throw CLI::ValidationError("--memory", error.what());
            }
          },
          "most memory to take: 500M, 4G; chunks of SNPs are sized to fit")
      ->type_name("SIZE");
}

void add_checkpoint_options(CLI::App& command, gwas::ScanOptions& options) {
  command
      .add_option("--checkpoint", options.checkpoint_seconds,
                  "seconds of work that may be lost when the run is killed; 0: a chunk of SNPs")
      ->type_name("SECONDS")
      ->check(number_between(0, 1e9))
      ->default_str(fmt::format("{:g}", *options.checkpoint_seconds));
  CLI::Option* none = command.add_flag_callback(
      "--no-checkpoint", [&options] { options.checkpoint_seconds.reset(); },
      "save nothing before the end");
  command.add_flag("--resume", options.resume, "go on from the checkpoint of a run that was ended")
      ->excludes(none);
}

std::vector<CLI::Option*> add_clump_options(CLI::App& command, gwas::ClumpThresholds& thresholds) {
  const auto add = [&](const char* name, double& value, double most, const char* meaning) {
    return command.add_option(name, value, meaning)
        ->check(number_between(0, most))
        ->capture_default_str();
  };
  return {add("--clump-p1", thresholds.p1, 1, "most that the p of an index SNP may be"),
          add("--clump-p2", thresholds.p2, 1, "the p of a clump's other members is below"),
          add("--clump-r2", thresholds.r2, 1, "their r2 with the index SNP is above"),
          add("--clump-kb", thresholds.kb, 1e9,
              "they are nearer to it than so many thousand base pairs")};
}

void print_warnings(const gwas::RunSummary& summary) {
  for (const std::string& text : summary.warnings) {
    fmt::print(stderr, "loom: warning: {}\n", text);
  }
}

}  // namespace loom::cli
