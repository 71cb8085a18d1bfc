// Samples whose square passes 2^31, and files and strides beyond it, without the memory that a run
// would take: files have holes, memory has pages that nobody wrote to.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <numeric>

#include "data_fixture.h"
#include "loom/dispatch/selection.h"
#include "loom/gwas/genotypes/genotype_operations.h"
#include "loom/gwas/genotypes/pgen.h"
#include "loom/gwas/model/decomposition.h"
#include "loom/gwas/model/kinship_sum.h"
#include "loom/gwas/model/rotation.h"
#include "loom/gwas/tables/matrix_file.h"
#include "loom/support/error.h"
#include "pgen_writer.h"
#include "reader_fixture.h"
#include "sparse_memory.h"
#include "temp_folder.h"
#include "throws_ending.h"

namespace loom::gwas {
namespace {

using testing::ElementsAre;
using testing::StartsWith;

constexpr std::int64_t kSamples = 46400;  // 46,400^2 = 2,152,960,000 > 2^31
constexpr std::int64_t kMoreSamples = 100000;
static_assert(kSamples * kSamples > INT32_MAX);

TEST(LargeIndices, BytesOfAKinshipSum) {
  EXPECT_EQ(KinshipSum::bytes(kSamples), 12 * 2'152'960'000 + 4 * 1024 * kSamples);
  EXPECT_EQ(KinshipSum::bytes(kMoreSamples), 120'000'000'000 + 4 * 1024 * kMoreSamples);
}

TEST(LargeIndices, RotationByIntegersPaysWhereItDoesForFewer) {
  for (const std::int64_t n : {kSamples, kMoreSamples}) {
    EXPECT_EQ(integer_rotation_pays(n), integer_rotation_pays(4000)) << n;
  }
}

// Whoever waits days for it is told why.
TEST(LargeIndices, ADecompositionWithoutAVendorsLibraryIsToldOf) {
  const BackendScope scope("reference");
  EXPECT_THAT(slow_decomposition(kSamples),
              StartsWith("the eigen-decomposition of 46400 samples goes to reference"));
  EXPECT_EQ(slow_decomposition(1000), "");
}

std::string lines(std::int64_t count, const std::function<std::string(std::int64_t)>& line) {
  std::string text;
  for (std::int64_t i = 0; i < count; ++i) text += line(i);
  return text;
}

// 190,000 SNPs of 11,600 bytes each.
TEST(LargeIndices, ABedFileBeyond2GiB) {
  constexpr std::int64_t kSnps = 190'000, kRowBytes = kSamples / 4;
  static_assert(kSnps * kRowBytes > INT32_MAX);
  const TempFolder folder;
  folder.write("d.fam", lines(kSamples, [](std::int64_t i) {
                 return "F I" + std::to_string(i) + " 0 0 0 1\n";
               }));
  folder.write("d.bim", lines(kSnps, [](std::int64_t i) {
                 return "1 rs" + std::to_string(i) + " 0 " + std::to_string(i) + " A C\n";
               }));
  const std::filesystem::path bed = folder.write("d.bed", kBedMagic);
  std::filesystem::resize_file(bed, 3 + kSnps * kRowBytes);
  // A hole is samples with two copies; the last sample of the last SNP has none.
  std::fstream(bed, std::ios::in | std::ios::out | std::ios::binary)
      .seekp(3 + kSnps * kRowBytes - 1)
      .put('\xC0');

  BedReader reader(folder / "d");
  reader.seek(kSnps - 2);
  const GenotypeBlock block = reader.read(100);
  ASSERT_EQ(block.size(), 2);
  EXPECT_EQ(block.snps[1].id, "rs189999");
  const auto all = [] {
    std::vector<std::int64_t> samples(kSamples);
    std::iota(samples.begin(), samples.end(), 0);
    return Array::from(samples);
  }();
  EXPECT_THAT(count_genotypes(block.packed, all).span<std::int64_t>(),
              ElementsAre(kSamples, 0, 0, 0, kSamples - 1, 0, 1, 0));
}

// 21,000 variants with dosages, of 104,400 bytes each.
TEST(LargeIndices, APgenFileBeyond2GiB) {
  constexpr std::int64_t kVariants = 21'000, kRecordBytes = kSamples / 4 + 2 * kSamples;
  static_assert(kVariants * kRecordBytes > INT32_MAX);
  const TempFolder folder;
  folder.write("d.psam", psam_text(kSamples));
  folder.write("d.pvar", pvar_text(kVariants));
  const std::string header = "\x6c\x1b\3" + little(kVariants, 4) + little(kSamples, 4) + "\x40";
  const std::filesystem::path pgen = folder.write("d.pgen", header);
  const auto bytes = static_cast<std::int64_t>(header.size()) + kVariants * kRecordBytes;
  std::filesystem::resize_file(pgen, bytes);
  // A hole is samples without a copy; the last sample of the last variant has a dosage of 0x8000.
  std::fstream(pgen, std::ios::in | std::ios::out | std::ios::binary).seekp(bytes - 1).put('\x80');

  PgenReader reader(folder / "d");
  reader.seek(kVariants - 2);
  const std::vector<std::vector<double>> rows = rows_of(reader.read(100), kSamples);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(std::accumulate(rows[0].begin(), rows[0].end(), 0.0), 0);
  EXPECT_EQ(std::accumulate(rows[1].begin(), rows[1].end(), 0.0), 2);
  EXPECT_EQ(rows[1].back(), 2);
}

// Rows of packed genotypes as they lie in a block of many SNPs: 2^31 bytes apart.
TEST(LargeIndices, PackedRowsFarApart) {
  constexpr std::int64_t kStep = (std::int64_t{1} << 31) + 64;
  const SparseMemory memory(kStep + 64);
  memory.as<std::uint8_t>()[kStep] = 0b11'10'01'11;
  const Array packed =
      Array::borrow(memory.as<std::uint8_t>(), {2, 1}, {kStep, 1}, DType::uint8, false, nullptr);
  const Array samples = Array::from<std::int64_t>({0, 1, 2, 3});
  EXPECT_THAT(count_genotypes(packed, samples).span<std::int64_t>(),
              ElementsAre(4, 0, 0, 0, 0, 1, 2, 1));
  const Array values = Array::from<double>({2, -1, 1, 0, 2, -1, 1, 0}, Dims{2, 4});
  EXPECT_THAT(decode_genotypes(packed, values, samples).span<double>(),
              ElementsAre(2, 2, 2, 2, 0, -1, 1, 0));
}

std::string npy_header(bool columns_first, std::int64_t rows, std::int64_t columns) {
  std::string header = std::string("{'descr': '<f8', 'fortran_order': ") +
                       (columns_first ? "True" : "False") + ", 'shape': (" + std::to_string(rows) +
                       ", " + std::to_string(columns) + "), }\n";
  std::string start("\x93NUMPY\1\0", 8);
  start += static_cast<char>(header.size());
  return start + '\0' + header;
}

// A file that ends early: what it should have held is counted in 64 bits.
TEST(LargeIndices, AMatrixOf46400Rows) {
  const TempFolder folder;
  const std::string header = npy_header(false, kSamples, kSamples);
  const std::filesystem::path file = folder.write("k.npy", header);
  std::filesystem::resize_file(file, header.size() + 800);
  const SparseMemory memory(8 * kSamples * kSamples);
  const std::span<double> out(memory.as<double>(), kSamples * kSamples);
  const ExpectedRows rows{kSamples, "one for each sample"};
  EXPECT_THAT([&] { read_matrix(file, rows, kSamples, out); },
              throws_ending<IoError>("expected 17223680000 bytes of numbers, found 800"));
  EXPECT_THAT(
      [&] {
        read_matrix(file, {kMoreSamples, "one for each sample"}, kMoreSamples, {});
      },
      throws_ending<IoError>("expected shape (100000, 100000), rows: one for each sample; "
                             "found (46400, 46400)"));
}

// Columns that follow each other in the file go to rows that lie 2^30 numbers apart.
TEST(LargeIndices, ATransposedMatrixOfLongRows) {
  constexpr std::int64_t kRows = 3, kColumns = std::int64_t{1} << 30;
  const TempFolder folder;
  std::string content = npy_header(true, kRows, kColumns);
  std::vector<double> numbers(std::size_t{16} << 17);  // a block, of which two columns are not zero
  for (std::size_t i = 0; i < 6; ++i) numbers[i] = static_cast<double>(i + 1);
  content.append(reinterpret_cast<const char*>(numbers.data()), 8 * numbers.size());
  const SparseMemory memory(8 * kRows * kColumns);
  const std::span<double> out(memory.as<double>(), kRows * kColumns);
  EXPECT_THAT(
      [&] {
        read_matrix(folder.write("k.npy", content), {kRows, "three"}, kColumns, out);
      },
      throws_ending<IoError>("expected 25769803776 bytes of numbers, found 16777216"));
  for (std::int64_t i = 0; i < kRows; ++i) {
    EXPECT_EQ(out[static_cast<std::size_t>(i * kColumns)], static_cast<double>(i + 1));
    EXPECT_EQ(out[static_cast<std::size_t>(i * kColumns + 1)], static_cast<double>(i + 4));
  }
}

}  // namespace
}  // namespace loom::gwas
