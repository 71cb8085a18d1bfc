#include "loom/support/compression.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <fstream>
#include <random>

#include "loom/support/error.h"
#include "loom/support/file.h"
#include "loom/support/threads.h"
#include "temp_folder.h"

namespace loom {
namespace {

namespace fs = std::filesystem;

std::string random_bytes(std::size_t size) {
  std::mt19937 random(1);  // any seed does: bytes without a pattern
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

/// Decimal numbers, which compress by half.
std::string long_text(std::int64_t lines) {
  std::string text;
  for (std::int64_t i = 0; i < lines; ++i) text += std::to_string(i * 7919 % 100003) + "\n";
  return text;
}

TEST(Compression, IsInNamesAndInContents) {
  EXPECT_EQ(compression_named("a.assoc.txt.gz"), Compression::gzip);
  EXPECT_EQ(compression_named("a.vcf.bgz"), Compression::gzip);
  EXPECT_EQ(compression_named("a.zst"), Compression::zstd);
  EXPECT_EQ(compression_named("gz"), Compression::none);
  for (const Compression compression : {Compression::gzip, Compression::zstd}) {
    EXPECT_EQ(compression_of(compress_block(compression, "x")), compression);
    EXPECT_EQ(compression_of(end_of_blocks(compression)), compression);
  }
  EXPECT_EQ(compression_of(""), Compression::none);
}

TEST(Compression, MembersTellTheirSize) {
  // What does not compress must still fit the 16 bits of BGZF.
  for (const std::string& text :
       {std::string("x"), random_bytes(block_size(Compression::gzip)), std::string(0xff00, 'a')}) {
    const std::string member = compress_block(Compression::gzip, text);
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(member[i]); };
    EXPECT_EQ(byte(16) + 256U * byte(17) + 1, member.size());
  }
}

class CompressedOutput : public testing::TestWithParam<const char*> {
 protected:
  TempFolder folder_;
  fs::path path_ = folder_ / GetParam();
};

TEST_P(CompressedOutput, IsReadBack) {
  for (const std::string& text :
       {std::string(), std::string("one line\n"), long_text(2'000'000), random_bytes(1 << 20)}) {
    OutputFile out(path_);
    for (std::size_t i = 0; i < text.size(); i += 100'000) out.write(text.substr(i, 100'000));
    out.commit();
    EXPECT_EQ(read_text(path_), text);
    EXPECT_EQ(compression_of(folder_.read(GetParam())), compression_named(path_));
  }
}

TEST_P(CompressedOutput, IsTheSameHoweverItIsMade) {
  const std::string text = long_text(1'000'000);
  std::string first;
  for (const auto& [threads, step] : {std::pair{1, 1 << 20}, {4, 77'777}}) {
    set_num_threads(threads);
    OutputFile out(path_);
    for (std::size_t i = 0; i < text.size(); i += step) out.write(text.substr(i, step));
    out.commit();
    if (first.empty()) first = folder_.read(GetParam());
  }
  set_num_threads(0);
  EXPECT_EQ(folder_.read(GetParam()), first);
  if (compression_named(path_) != Compression::none) {
    EXPECT_LT(first.size(), text.size() * 2 / 3);
  }
}

TEST_P(CompressedOutput, GoesOnAtACheckpoint) {
  const std::string text = long_text(10'000);
  std::int64_t position = 0;
  std::string uninterrupted;
  for (const bool killed : {false, true}) {
    position = 0;
    for (std::size_t i = 0; i < text.size(); i += 9'999) {
      OutputFile out = OutputFile::resumable(path_, position);
      out.write(text.substr(i, 9'999));
      position = out.checkpoint();
      if (killed) out.write("what was never checkpointed");
    }
    if (killed) {  // what reached the disk without a checkpoint
      std::ofstream(path_.string() + ".partial", std::ios::app) << random_bytes(5000);
    }
    OutputFile out = OutputFile::resumable(path_, position);
    out.commit();
    EXPECT_EQ(read_text(path_), text);
    if (!killed) uninterrupted = folder_.read(GetParam());
  }
  EXPECT_EQ(folder_.read(GetParam()), uninterrupted);
  EXPECT_THAT(folder_.names(), testing::ElementsAre(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Names, CompressedOutput, testing::Values("a.txt", "a.txt.gz", "a.txt.zst"),
                         [](const auto& name) {
                           std::string text = fs::path(name.param).extension().string().substr(1);
                           return text;
                         });

std::string error_of_resuming(const fs::path& path, std::int64_t position) {
  try {
    const OutputFile out = OutputFile::resumable(path, position);
  } catch (const IoError& error) {
    return error.what();
  }
  return {};
}

TEST(ResumableOutput, IsKeptFromTheFirstCheckpointOn) {
  const TempFolder folder;
  const fs::path path = folder / "a.txt";
  { OutputFile::resumable(path).write("x"); }
  EXPECT_TRUE(folder.names().empty()) << "there was no checkpoint";
  {
    OutputFile out = OutputFile::resumable(path);
    out.write("one");
    EXPECT_EQ(out.checkpoint(), 3);
    out.write("two");
    remove_partial_files();
    EXPECT_EQ(out.checkpoint(), 6);
  }
  EXPECT_EQ(folder.read("a.txt.partial"), "onetwo");
  {
    OutputFile out = OutputFile::resumable(path, 3);
    EXPECT_EQ(folder.read("a.txt.partial"), "one");
    out.write("2");
    EXPECT_EQ(out.checkpoint(), 4);
  }
  EXPECT_EQ(folder.read("a.txt.partial"), "one2");
  { OutputFile::resumable(path); }
  EXPECT_TRUE(folder.names().empty()) << "begun anew";
}

TEST(ResumableOutput, RefusesWhatIsNotThere) {
  const TempFolder folder;
  const std::string path = folder / "a.txt";
  EXPECT_EQ(error_of_resuming(path, 5),
            path + ".partial: cannot resume: No such file or directory");
  folder.write("a.txt.partial", "four");
  EXPECT_EQ(error_of_resuming(path, 5),
            path + ".partial: cannot resume: it has 4 bytes, fewer than the 5 of the checkpoint");
  EXPECT_EQ(folder.read("a.txt.partial"), "four");
  EXPECT_EQ(error_of_resuming("/dev/null", 0),
            "/dev/null: cannot write so that it can be resumed: not a regular file");
}

TEST(ResumableOutput, HasOneWriter) {
  const TempFolder folder;
  const fs::path path = folder / "a.txt";
  OutputFile out = OutputFile::resumable(path);
  out.write("one");
  out.checkpoint();
  EXPECT_EQ(error_of_resuming(path, 0),
            path.string() + ".partial: cannot write: another process is writing it");
  EXPECT_EQ(folder.read("a.txt.partial"), "one");
}

}  // namespace
}  // namespace loom
