#include <algorithm>

#include "fuzz_file.h"
#include "loom/gwas/genotypes/pgen.h"
#include "unit/gwas/pgen_writer.h"

namespace loom::fuzz {

using gwas::bits;
using gwas::codes;
using gwas::difference_list;
using gwas::little;

namespace {

/// The counts of variants and samples in the header, as long as they are small.
std::pair<std::size_t, std::size_t> counts_in(std::string_view pgen) {
  const auto number = [&](std::size_t offset) {
    std::size_t value = 0;
    for (std::size_t i = 0; i < 4 && offset + i < pgen.size(); ++i) {
      value |= std::size_t{static_cast<unsigned char>(pgen[offset + i])} << 8 * i;
    }
    return std::clamp<std::size_t>(value, 1, 300);
  };
  if (pgen.starts_with("\x6c\x1b\x01")) return {(pgen.size() - 3) / 2, 7};
  return {number(3), number(7)};
}

}  // namespace

void read_input(std::string_view input) {
  const auto [variants, samples] = counts_in(input);
  const std::string path = write_file("data.pgen", input);
  std::string pvar = gwas::pvar_text(variants);
  if (variants % 5 == 4) pvar.insert(pvar.size() - 1, ",T");
  write_file("data.pvar", pvar);
  write_file("data.psam", gwas::psam_text(static_cast<std::int64_t>(samples)));
  gwas::PgenReader reader(path.substr(0, path.rfind('.')));
  read_everything(reader);
}

std::vector<std::string> seeds() {
  const std::string base = "0120?21001", dosages = "\1\1\2\2";
  const std::vector<gwas::PgenTestRecord> records = {
      {0x00, codes(base)},
      {0x02, difference_list({1, 9}, "?2")},
      {0x03, difference_list({0}, "1")},
      {0x01, "\x01" + bits("0100000011") + difference_list({4}, "?")},
      {0x04, difference_list({2, 3}, "12")},
      {0x06, difference_list({2, 3}, "1?")},
      {0x07, difference_list({2, 3}, "10")},
      {0x08, codes(base) + "\xff"},
      {0x20, codes(base) + difference_list({2, 7}) + dosages},
      {0x40, codes(base) + std::string(20, '\x11')},
      {0x60, codes(base) + bits("0100010000") + dosages},
      {0x10, codes(base) + bits("0101")},
      {0x30, codes(base) + bits("1100") + bits("1") + difference_list({2, 7}) + dosages},
      {0xa0, codes(base) + difference_list({2, 7}) + dosages + bits("01") + "\1\1"},
      {0xc0, codes(base) + std::string(40, '\x11')}};
  std::vector<std::string> seeds;
  for (const gwas::PgenTestRecord& record : records) {
    gwas::PgenTestFile file{.samples = 10, .records = {records[0], record, records[1]}};
    seeds.push_back(file.bytes());
  }
  std::vector<int> many;
  for (int i = 0; i < 140; ++i) many.push_back(2 * i % 250);
  std::ranges::sort(many);
  many.erase(std::unique(many.begin(), many.end()), many.end());
  gwas::PgenTestFile file{.samples = 250,
                          .records = {{4, difference_list(many, std::string(many.size(), '1'))}}};
  seeds.push_back(file.bytes());
  const auto fixed = [](char mode) {
    return std::string("\x6c\x1b") + mode + little(2, 4) + little(10, 4) + "\x40";
  };
  seeds.push_back(fixed(2) + codes(base) + codes(base));
  seeds.push_back(fixed(3) + codes(base) + std::string(20, '\1') + codes(base) +
                  std::string(20, '\2'));
  seeds.push_back("\x6c\x1b\x01" + std::string(4, '\x12'));
  return seeds;
}

}  // namespace loom::fuzz
