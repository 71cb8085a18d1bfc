#include "loom/support/line_source.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <zstd.h>

#include <fstream>
#include <random>
#include <thread>

#include "loom/support/compression.h"
#include "loom/support/error.h"
#include "loom/support/file.h"
#include "temp_folder.h"

namespace loom {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

std::vector<std::string> lines_of(const fs::path& path,
                                  std::size_t block = LineSource::kBlockBytes) {
  LineSource source(path, block);
  std::vector<std::string> lines;
  std::string_view line;
  while (source.next(line)) {
    lines.emplace_back(line);
    EXPECT_EQ(source.line_number(), std::ssize(lines));
  }
  EXPECT_FALSE(source.next(line)) << "the end stays the end";
  return lines;
}

std::string error_of(const fs::path& path) {
  try {
    lines_of(path);
  } catch (const IoError& error) {
    return error.what();
  }
  return {};
}

/// Text as blocks behind each other, every `step` bytes.
std::string in_blocks(Compression compression, std::string_view text, std::size_t step) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += step) {
    out += compress_block(compression, text.substr(i, step));
  }
  return out + std::string(end_of_blocks(compression));
}

TEST(LineSource, LinesOfAPlainFile) {
  const TempFolder folder;
  EXPECT_THAT(lines_of(folder.write("a", "one\n\ntwo\r\nthree")),
              ElementsAre("one", "", "two", "three"));
  EXPECT_THAT(lines_of(folder.write("b", "\n")), ElementsAre(""));
  EXPECT_THAT(lines_of(folder.write("c", "")), ElementsAre());
}

TEST(LineSource, LinesAcrossAndBeyondBlocks) {
  constexpr std::uint32_t kSeed = 3;
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  std::mt19937 random(kSeed);
  std::vector<std::string> expected;
  std::string text;
  for (int i = 0; i < 300; ++i) {
    expected.emplace_back(random() % 40, static_cast<char>('a' + i % 26));
    text += expected.back() + '\n';
  }
  const TempFolder folder;
  const fs::path plain = folder.write("a", text);
  const fs::path gz = folder.write("a.gz", in_blocks(Compression::gzip, text, 1000));
  const fs::path zst = folder.write("a.zst", in_blocks(Compression::zstd, text, 1000));
  for (const std::size_t block : {1, 2, 7, 39, 41, 1000, 1 << 20}) {
    for (const fs::path& path : {plain, gz, zst}) {
      EXPECT_EQ(lines_of(path, block), expected) << path << " in blocks of " << block;
    }
  }
}

TEST(LineSource, BlocksOfWholeLines) {
  const TempFolder folder;
  LineSource source(folder.write("a", "one\ntwo\nthree\nfour"), 9);
  std::string_view text;
  std::vector<std::string> blocks;
  while (source.next_block(text)) blocks.emplace_back(text);
  EXPECT_THAT(blocks, ElementsAre("one\ntwo\n", "three\n", "four"));
}

TEST(LineSource, ABlockIsTheRestBehindALine) {
  const TempFolder folder;
  LineSource source(folder.write("a", "header\none\ntwo\n"));
  std::string_view text;
  ASSERT_TRUE(source.next(text));
  ASSERT_TRUE(source.next_block(text));
  EXPECT_EQ(text, "one\ntwo\n");
  EXPECT_FALSE(source.next_block(text));
}

TEST(LineSource, TellsHowMuchIsRead) {
  std::string text;
  for (int i = 0; i < 100000; ++i) text += std::to_string(i * 7919L % 100003) + "\n";
  const TempFolder folder;
  for (const fs::path& path :
       {folder.write("a", text), folder.write("b", in_blocks(Compression::gzip, text, 60000))}) {
    LineSource source(path, 10000);
    double last = 0;
    std::string_view line;
    while (source.next(line)) {
      ASSERT_GE(source.fraction_read(), last);
      last = source.fraction_read();
      // Blocks of the file, and what decompressing it reads ahead, are a tenth of it.
      if (source.line_number() == 50000) {
        EXPECT_NEAR(last, 0.5, 0.25);
      }
    }
    EXPECT_EQ(last, 1);
  }
}

TEST(LineSource, ReadsAPipe) {
  const TempFolder folder;
  const fs::path path = folder / "pipe";
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  std::thread writer(
      [&] { std::ofstream(path) << compress_block(Compression::zstd, "one\ntwo\n"); });
  EXPECT_THAT(lines_of(path), ElementsAre("one", "two"));
  writer.join();
}

TEST(LineSource, FollowsTheContentNotTheName) {
  const TempFolder folder;
  EXPECT_THAT(lines_of(folder.write("plain.gz", "some text")), ElementsAre("some text"));
  EXPECT_THAT(lines_of(folder.write("a.txt", compress_block(Compression::gzip, "x\n"))),
              ElementsAre("x"));
}

TEST(LineSource, RefusesWhatWasCutOff) {
  std::string text;
  for (int i = 0; i < 20000; ++i) text += std::to_string(i * 7919 % 100003) + "\n";
  const TempFolder folder;
  for (const Compression compression : {Compression::gzip, Compression::zstd}) {
    const std::string data = compress_block(compression, text.substr(0, 60000));
    for (const std::size_t size :
         {std::size_t{1}, std::size_t{5}, data.size() / 2, data.size() - 1}) {
      const fs::path path = folder.write(compression == Compression::gzip ? "cut.gz" : "cut.zst",
                                         data.substr(0, size));
      EXPECT_EQ(error_of(path), path.string() + ": cannot decompress: the file ends early") << size;
    }
    const fs::path second = folder.write("second", data + data.substr(0, data.size() / 2));
    EXPECT_EQ(error_of(second), second.string() + ": cannot decompress: the file ends early");
  }
  const fs::path empty = folder.write("empty.gz", "");
  EXPECT_EQ(error_of(empty), empty.string() + ": cannot decompress: the file ends early");
}

TEST(LineSource, RefusesWhatWasChanged) {
  const TempFolder folder;
  std::string text;
  for (int i = 0; i < 5000; ++i) text += std::to_string(i * 7919 % 100003) + "\n";
  for (const Compression compression : {Compression::gzip, Compression::zstd}) {
    std::string data = compress_block(compression, text);
    data[data.size() / 2] ^= 0x55;
    const fs::path path = folder.write("changed", data);
    EXPECT_THAT(error_of(path), testing::StartsWith(path.string() + ": cannot decompress: "));
  }
  const fs::path tail = folder.write("tail", compress_block(Compression::gzip, "x\n") + "rubbish");
  EXPECT_EQ(error_of(tail), tail.string() + ": cannot decompress: incorrect header check");
}

TEST(LineSource, IgnoresZerosBehindGzip) {
  const TempFolder folder;
  EXPECT_THAT(lines_of(folder.write(
                  "a", compress_block(Compression::gzip, "x\n") + std::string(300000, '\0'))),
              ElementsAre("x"));
}

TEST(LineSource, NamesWhatItCannotOpen) {
  const TempFolder folder;
  const std::string none = folder / "none.zst";
  EXPECT_EQ(error_of(none), none + ": cannot open: No such file or directory");
  EXPECT_EQ(error_of(folder.path()), folder.path().string() + ": cannot read: Is a directory");
}

}  // namespace
}  // namespace loom
