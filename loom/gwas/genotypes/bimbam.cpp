#include "loom/gwas/genotypes/bimbam.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <limits>

#include "loom/support/error.h"
#include "loom/support/text.h"
#include "loom/support/threads.h"

namespace loom::gwas {
namespace {

constexpr std::string_view kSeparators = " ,\t";
constexpr std::int64_t kFieldsBeforeDosages = 3;
/// Lines are parsed in parallel when there is about this much of them.
constexpr std::size_t kTextBytes = std::size_t{4} << 20;

bool is_separator(char c) { return c == ' ' || c == ',' || c == '\t'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// A number without sign and exponent, and of at most 15 digits: the two integers that it is a
/// quotient of are exact, so that the division rounds as a reader of decimals must.
std::optional<double> short_decimal(std::string_view text) {
  static constexpr std::array kPowers = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                         1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
  if (text.size() > kPowers.size()) return std::nullopt;
  std::int64_t digits = 0;
  std::size_t point = text.size();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_digit(text[i])) {
      digits = 10 * digits + (text[i] - '0');
    } else if (text[i] == '.' && point == text.size()) {
      point = i;
    } else {
      return std::nullopt;
    }
  }
  if (point == text.size()) return static_cast<double>(digits);
  if (text.size() == 1) return std::nullopt;
  return static_cast<double>(digits) / kPowers[text.size() - point - 1];
}

/// What a field says; nothing where it is no dosage.
std::optional<double> dosage_of(std::string_view field) {
  if (field == "NA") return std::numeric_limits<double>::quiet_NaN();
  if (const auto number = short_decimal(field)) return number;
  const auto number = parse_double(field);
  return number && std::isfinite(*number) ? number : std::nullopt;
}

}  // namespace

/// A line, and what was found in it.
struct BimbamReader::Row {
  std::int64_t line = 0;
  std::size_t offset = 0;  ///< in `text_`
  std::size_t size = 0;

  std::array<std::string_view, kFieldsBeforeDosages> names;
  std::int64_t dosages = 0;
  std::string_view bad;            ///< the first field that is no dosage
  std::int64_t bad_field = 0;      ///< its number from 1
  std::int64_t outside = 0;        ///< dosages outside [0, 2]
  std::int64_t outside_field = 0;  ///< the first of them
  double outside_value = 0;

  /// Writes the dosages to `out`, no more than fit.
  void parse(std::string_view text, std::span<double> out);
  void add(std::optional<double> dosage, std::string_view field, std::span<double> out);
};

void BimbamReader::Row::parse(std::string_view text, std::span<double> out) {
  for (std::string_view& name : names) name = next_field(text, kSeparators);
  const char* at = text.data();
  const char* const end = at + text.size();
  for (;;) {
    while (at != end && is_separator(*at)) ++at;
    if (at == end) return;
    const char* const begin = at++;
    // Most fields of most files are a digit.
    if (is_digit(*begin) && (at == end || is_separator(*at))) {
      const double copies = *begin - '0';
      if (copies <= 2 && dosages < std::ssize(out)) {
        out[static_cast<std::size_t>(dosages++)] = copies;
        continue;
      }
    }
    while (at != end && !is_separator(*at)) ++at;
    const std::string_view field(begin, static_cast<std::size_t>(at - begin));
    add(dosage_of(field), field, out);
  }
}

void BimbamReader::Row::add(std::optional<double> dosage, std::string_view field,
                            std::span<double> out) {
  const std::int64_t number = kFieldsBeforeDosages + ++dosages;
  if (!dosage) {
    if (bad_field == 0) {
      bad_field = number;
      bad = field;
    }
    return;
  }
  if (*dosage < 0 || *dosage > 2) {
    if (outside++ == 0) {
      outside_field = number;
      outside_value = *dosage;
    }
  }
  if (dosages <= std::ssize(out)) out[static_cast<std::size_t>(dosages - 1)] = *dosage;
}

BimbamReader::BimbamReader(std::filesystem::path path, std::filesystem::path annotation)
    : path_(std::move(path)),
      annotation_path_(std::move(annotation)),
      annotation_(annotation_path_.empty() ? Annotation() : Annotation(annotation_path_)) {
  restart();
  if (!line_) throw IoError(fmt::format("{}: there are no SNPs in it", path_.string()));
  Row row;
  row.line = source_->line_number();
  row.parse(*line_, {});
  if (row.dosages == 0) {
    throw IoError(fmt::format("{}: line {}: expected a name, two alleles and dosages, found {}",
                              path_.string(), row.line, quoted(*line_)));
  }
  std::vector<Sample> samples;
  for (std::int64_t i = 1; i <= row.dosages; ++i) samples.push_back({"", std::to_string(i)});
  set_samples(std::move(samples), path_.string());
}

std::vector<std::filesystem::path> BimbamReader::files() const {
  if (annotation_path_.empty()) return {path_};
  return {path_, annotation_path_};
}

void BimbamReader::restart() {
  source_.emplace(path_);
  position_ = 0;
  outside_ = {};
  advance();
}

/// Goes to the next line. Blank lines at the end of the file are left out.
void BimbamReader::advance() {
  line_.reset();
  std::int64_t blank = 0;
  std::string_view line;
  while (source_->next(line)) {
    if (line.find_first_not_of(kSeparators) != line.npos) {
      if (blank == 0) {
        line_ = line;
        return;
      }
      throw IoError(fmt::format("{}: line {} is empty", path_.string(), blank));
    }
    if (blank == 0) blank = source_->line_number();
  }
}

/// The next lines, at most `count`, in `text_`.
std::vector<BimbamReader::Row> BimbamReader::take_rows(std::int64_t count) {
  std::vector<Row> rows;
  text_.clear();
  while (line_ && std::ssize(rows) < count && text_.size() < kTextBytes) {
    Row& row = rows.emplace_back();
    row.line = source_->line_number();
    row.offset = text_.size();
    row.size = line_->size();
    text_ += *line_;
    advance();
  }
  return rows;
}

void BimbamReader::check(const Row& row) {
  if (row.dosages != sample_count()) {
    throw IoError(fmt::format("{}: line {}: expected {} dosages as on line 1, found {}",
                              path_.string(), row.line, sample_count(), row.dosages));
  }
  if (row.bad_field != 0) {
    throw IoError(fmt::format("{}: line {}, field {}: expected a dosage or NA, found {}",
                              path_.string(), row.line, row.bad_field, quoted(row.bad)));
  }
  if (row.outside != 0) {
    outside_.add(row.outside, fmt::format("line {}, field {}: {}", row.line, row.outside_field,
                                          row.outside_value));
  }
}

GenotypeBlock BimbamReader::read(std::int64_t count) {
  const Array copies = Array::empty({count, sample_count()});
  std::vector<Snp> snps;
  while (line_ && std::ssize(snps) < count) {
    double* const first = copies.data<double>() + std::ssize(snps) * sample_count();
    std::vector<Row> rows = take_rows(count - std::ssize(snps));
    parallel_for(std::ssize(rows), 1, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        Row& row = rows[static_cast<std::size_t>(i)];
        row.parse(std::string_view(text_).substr(row.offset, row.size),
                  {first + i * sample_count(), static_cast<std::size_t>(sample_count())});
      }
    });
    for (const Row& row : rows) {
      check(row);
      Snp& snp = snps.emplace_back();
      snp.id = row.names[0];
      snp.allele1 = row.names[1];
      snp.allele0 = row.names[2];
      annotation_.locate(snp);
    }
  }
  position_ += std::ssize(snps);
  return block_of(std::move(snps), copies);
}

void BimbamReader::seek(std::int64_t index) {
  if (index < position_) restart();
  for (; line_ && position_ < index; ++position_) advance();
}

}  // namespace loom::gwas
