#include "fuzz_file.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "loom/support/error.h"
#include "loom/support/threads.h"
#include "temp_folder.h"

namespace loom::fuzz {
namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

void check_packed(const Array& packed, std::int64_t row, std::int64_t samples) {
  require(packed.shape(1) == (samples + 3) / 4);
  const std::uint8_t last = packed.at<std::uint8_t>({row, packed.shape(1) - 1});
  require(samples % 4 == 0 || last >> 2 * (samples % 4) == 0);
}

void check_dosages(const Array& dosages, std::int64_t row, std::int64_t samples) {
  for (std::int64_t i = 0; i < samples; ++i) {
    const double copies = dosages.at<double>({row, i});
    require(!(copies < 0) && !(copies > 2));
  }
}

void check(const gwas::GenotypeBlock& block, std::int64_t samples, Dosages dosages) {
  require(block.places.size() == block.snps.size());
  for (const auto& [kind, row] : block.places) {
    if (kind == gwas::GenotypeKind::packed) check_packed(block.packed, row, samples);
    if (kind != gwas::GenotypeKind::dosage) continue;
    require(block.dosages.shape(1) == samples);
    if (dosages == Dosages::from_0_to_2) check_dosages(block.dosages, row, samples);
  }
}

}  // namespace

std::string write_file(const std::string& name, std::string_view bytes) {
  static const TempFolder folder;
  return folder.write(name, std::string(bytes));
}

std::vector<std::string_view> parts(std::string_view input, std::size_t count) {
  std::vector<std::string_view> parts;
  while (parts.size() + 1 < count) {
    const std::size_t end = std::min(input.find('\0'), input.size());
    parts.push_back(input.substr(0, end));
    input.remove_prefix(std::min(end + 1, input.size()));
  }
  parts.push_back(input);
  return parts;
}

void read_everything(gwas::GenotypeReader& reader, Dosages dosages) {
  constexpr std::int64_t kBlock = 3;
  std::int64_t count = 0;
  for (;;) {
    const gwas::GenotypeBlock block = reader.read(kBlock);
    check(block, reader.sample_count(), dosages);
    if (block.size() == 0) break;
    require(block.size() <= kBlock);
    count += block.size();
    require(reader.fraction_read() >= 0 && reader.fraction_read() <= 1);
  }
  require(!reader.snp_count() || *reader.snp_count() == count);
  for (const std::int64_t index : {count / 2, count - 1, std::int64_t{0}}) {
    reader.seek(index);
    check(reader.read(1), reader.sample_count(), dosages);
  }
}

}  // namespace loom::fuzz

/// Writes the seeds into the folder of inputs that the command line names.
extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  loom::set_num_threads(1);
  for (int i = 1; i < *argc; ++i) {
    const std::filesystem::path folder = (*argv)[i];
    if (!is_directory(folder)) continue;
    int number = 0;
    for (const std::string& seed : loom::fuzz::seeds()) {
      std::ofstream(folder / ("seed-" + std::to_string(number++)), std::ios::binary) << seed;
    }
    break;
  }
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    loom::fuzz::read_input({reinterpret_cast<const char*>(data), size});
  } catch (const loom::Error&) {
    // What a malformed file should give.
  }
  return 0;
}
