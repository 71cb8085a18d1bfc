#include "loom/support/file.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include "child_process.h"
#include "loom/support/error.h"
#include "temp_folder.h"

namespace loom {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

/// The message of the IoError that `action` throws, empty where it throws none.
template <class Action>
std::string error_of(Action action) {
  try {
    action();
  } catch (const IoError& error) {
    return error.what();
  }
  return {};
}

std::string partial_name(const std::string& name) {
  return fmt::format("{}.partial-{}", name, getpid());
}

void write_gz(const fs::path& path, const std::string& text) {
  gzFile file = gzopen(path.c_str(), "wb");
  ASSERT_NE(file, nullptr);
  ASSERT_EQ(gzwrite(file, text.data(), static_cast<unsigned>(text.size())),
            static_cast<int>(text.size()));
  ASSERT_EQ(gzclose(file), Z_OK);
}

/// Text that does not compress to nothing.
std::string long_text() {
  std::string text;
  for (std::int64_t i = 0; i < 400000; ++i) text += std::to_string(i * 7919 % 100003) + "\n";
  return text;
}

TEST(MappedFile, ShowsTheContent) {
  const TempFolder folder;
  const MappedFile file(folder.write("a.txt", "one\ntwo"));
  EXPECT_EQ(file.text(), "one\ntwo");
  EXPECT_EQ(file.size(), 7U);
  EXPECT_EQ(file.bytes()[4], std::byte{'t'});
}

TEST(MappedFile, EmptyFile) {
  const TempFolder folder;
  const MappedFile file(folder.write("empty", ""));
  EXPECT_EQ(file.size(), 0U);
  EXPECT_EQ(file.text(), "");
  file.release(0, 10);
}

TEST(MappedFile, Moves) {
  const TempFolder folder;
  MappedFile a(folder.write("a", "aaa"));
  MappedFile b(std::move(a));
  EXPECT_EQ(b.text(), "aaa");
  EXPECT_EQ(a.size(), 0U);  // NOLINT(bugprone-use-after-move): what is left is empty
  b = MappedFile(folder.write("b", "bb"));
  EXPECT_EQ(b.text(), "bb");
}

TEST(MappedFile, Errors) {
  const TempFolder folder;
  const std::string name = (folder / "none").string();
  EXPECT_EQ(error_of([&] { MappedFile file(name); }),
            name + ": cannot open: No such file or directory");
  EXPECT_EQ(error_of([&] { MappedFile file(folder.path()); }),
            folder.path().string() + ": cannot open: Is a directory");
  EXPECT_EQ(error_of([] { MappedFile file("/dev/null"); }),
            "/dev/null: cannot map: not a regular file");
}

std::int64_t resident_bytes_of_files() {
  const std::string status = read_text("/proc/self/status");
  const auto at = status.find("RssFile:");
  return at == status.npos ? 0 : std::stoll(status.substr(at + 8)) * 1024;
}

TEST(MappedFile, ReleaseGivesMemoryBackAndKeepsTheContent) {
  const TempFolder folder;
  constexpr std::size_t kSize = 32 << 20;
  const MappedFile file(folder.write("big", std::string(kSize, 'x')));
  const auto count = [&] { return std::count(file.text().begin(), file.text().end(), 'x'); };
  EXPECT_EQ(count(), static_cast<std::ptrdiff_t>(kSize));
  const std::int64_t before = resident_bytes_of_files();
  file.release(0, kSize);
  const std::int64_t after = resident_bytes_of_files();
  // Half the size, because pages of the program itself come and go meanwhile.
  EXPECT_GT(before - after, static_cast<std::int64_t>(kSize) / 2);
  EXPECT_EQ(count(), static_cast<std::ptrdiff_t>(kSize));
  file.release(1, 5);              // no whole page
  file.release(kSize - 1, kSize);  // past the end
  file.release(2 * kSize, 1);
  EXPECT_EQ(file.text().back(), 'x');
}

TEST(ReadText, PlainFiles) {
  const TempFolder folder;
  EXPECT_EQ(read_text(folder.write("empty", "")), "");
  EXPECT_EQ(read_text(folder.write("a", std::string("one\r\n\0two", 9))),
            std::string("one\r\n\0two", 9));
  const std::string text = long_text();
  EXPECT_EQ(read_text(folder.write("long", text)), text);
  EXPECT_THAT(read_text("/proc/self/status"), testing::StartsWith("Name:")) << "of unknown size";
}

TEST(ReadText, CompressedFiles) {
  const TempFolder folder;
  const std::string text = long_text();
  write_gz(folder / "a.gz", text);
  EXPECT_LT(fs::file_size(folder / "a.gz"), text.size());
  EXPECT_EQ(read_text(folder / "a.gz"), text);
  write_gz(folder / "empty.gz", "");
  EXPECT_EQ(read_text(folder / "empty.gz"), "");
  // Members one after the other are one text, as bgzip writes them.
  folder.write("two.gz", folder.read("a.gz") + folder.read("a.gz"));
  EXPECT_EQ(read_text(folder / "two.gz"), text + text);
}

TEST(ReadText, CompressedFilesThatAreDamaged) {
  const TempFolder folder;
  write_gz(folder / "a.gz", long_text());
  const std::string data = folder.read("a.gz");
  for (const std::size_t size : {std::size_t{5}, data.size() / 2, data.size() - 4}) {
    const fs::path path = folder.write("cut.gz", data.substr(0, size));
    EXPECT_EQ(error_of([&] { read_text(path); }),
              path.string() + ": cannot decompress: the file ends early")
        << size << " bytes";
  }
  std::string changed = data;
  changed[changed.size() / 2] ^= 0x55;
  const fs::path path = folder.write("changed.gz", changed);
  EXPECT_THAT(error_of([&] { read_text(path); }),
              testing::StartsWith(path.string() + ": cannot decompress: "));
}

TEST(ReadText, Errors) {
  const TempFolder folder;
  for (const char* name : {"none", "none.gz"}) {
    const std::string path = (folder / name).string();
    EXPECT_EQ(error_of([&] { read_text(path); }),
              path + ": cannot open: No such file or directory");
  }
  EXPECT_EQ(error_of([&] { read_text(folder.path()); }),
            folder.path().string() + ": cannot read: Is a directory");
}

TEST(OutputFile, AppearsUnderItsNameOnlyWhenCommitted) {
  const TempFolder folder;
  OutputFile file(folder / "out.txt");
  EXPECT_EQ(file.path(), folder / "out.txt");
  file.write("one\n");
  EXPECT_THAT(folder.names(), ElementsAre(partial_name("out.txt")));
  file.write(std::as_bytes(std::span("two", 3)));
  file.commit();
  EXPECT_THAT(folder.names(), ElementsAre("out.txt"));
  EXPECT_EQ(folder.read("out.txt"), "one\ntwo");
}

TEST(OutputFile, WithoutCommitLeavesNothingBehind) {
  const TempFolder folder;
  folder.write("old.txt", "old");
  {
    OutputFile fresh(folder / "out.txt");
    fresh.write(long_text());
    OutputFile over(folder / "old.txt");
    over.write("new");
  }
  EXPECT_THAT(folder.names(), ElementsAre("old.txt"));
  EXPECT_EQ(folder.read("old.txt"), "old");
}

TEST(OutputFile, ReplacesAnOlderFile) {
  const TempFolder folder;
  folder.write("out.txt", "something longer than the new text");
  OutputFile file(folder / "out.txt");
  file.write("new");
  file.commit();
  EXPECT_EQ(folder.read("out.txt"), "new");
}

TEST(OutputFile, WritesMoreThanItsBuffer) {
  const TempFolder folder;
  const std::string text = long_text();
  ASSERT_GT(text.size(), std::size_t{2} << 20);
  OutputFile file(folder / "out.txt");
  for (std::size_t i = 0; i < text.size(); i += 1000) {
    file.write(std::string_view(text).substr(i, 1000));
  }
  file.commit();
  EXPECT_EQ(folder.read("out.txt"), text);
}

TEST(OutputFile, RelativePath) {
  const TempFolder folder;
  EXPECT_EQ(run_in_child([&] {
              fs::current_path(folder.path());
              OutputFile file("out.txt");
              file.write("x");
              file.commit();
              return true;
            }),
            0);
  EXPECT_THAT(folder.names(), ElementsAre("out.txt"));
}

TEST(OutputFile, MissingFolder) {
  const TempFolder folder;
  const std::string path = (folder / "none/out.txt").string();
  EXPECT_EQ(error_of([&] { OutputFile file(path); }),
            path + ": cannot write: No such file or directory");
}

TEST(OutputFile, FolderInItsPlace) {
  const TempFolder folder;
  fs::create_directory(folder / "out.txt");
  EXPECT_EQ(error_of([&] { OutputFile file(folder / "out.txt"); }),
            (folder / "out.txt").string() + ": cannot write: Is a directory");
  EXPECT_THAT(folder.names(), ElementsAre("out.txt"));
}

TEST(OutputFile, FolderWithoutPermission) {
  const TempFolder folder;
  fs::permissions(folder.path(), fs::perms::owner_read | fs::perms::owner_exec);
  const std::string path = (folder / "out.txt").string();
  EXPECT_EQ(run_in_child([&] {
              if (geteuid() == 0 && setuid(65534) != 0) return false;  // root may write anywhere
              return error_of([&] { OutputFile file(path); }) ==
                     path + ": cannot write: Permission denied";
            }),
            0);
  fs::permissions(folder.path(), fs::perms::owner_all);
  EXPECT_THAT(folder.names(), IsEmpty());
}

TEST(OutputFile, FullDevice) {
  const std::string expected = "/dev/full: cannot write: No space left on device";
  EXPECT_EQ(error_of([] {
              OutputFile file("/dev/full");
              file.write("found only when the buffer is flushed");
              file.commit();
            }),
            expected);
  EXPECT_EQ(error_of([] {
              OutputFile file("/dev/full");
              file.write(long_text());
            }),
            expected);
  EXPECT_TRUE(fs::is_character_file("/dev/full")) << "a device is never replaced by a file";
}

TEST(OutputFile, WriteThatFailsLeavesNothingBehind) {
  const TempFolder folder;
  const std::string path = (folder / "out.txt").string();
  EXPECT_EQ(run_in_child([&] {
              std::signal(SIGXFSZ, SIG_IGN);
              const rlimit limit = {65536, 65536};
              if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return false;
              OutputFile file(path);
              const std::string message = error_of([&] { file.write(long_text()); });
              // Gone as soon as it fails, and what follows is an error too.
              return message == path + ": cannot write: File too large" && folder.names().empty() &&
                     !error_of([&] { file.write("more"); }).empty() &&
                     !error_of([&] { file.commit(); }).empty();
            }),
            0);
  EXPECT_THAT(folder.names(), IsEmpty());
}

TEST(OutputFile, CommitThatFailsLeavesNothingBehind) {
  const TempFolder folder;
  OutputFile file(folder / "out.txt");
  file.write("x");
  fs::create_directory(folder / "out.txt");
  EXPECT_EQ(error_of([&] { file.commit(); }),
            (folder / "out.txt").string() + ": cannot write: Is a directory");
  EXPECT_THAT(folder.names(), ElementsAre("out.txt"));
}

TEST(OutputFile, NothingCanBeWrittenAfterCommit) {
  const TempFolder folder;
  OutputFile file(folder / "out.txt");
  file.write("x");
  file.commit();
  EXPECT_THROW(file.write("y"), IoError);
  EXPECT_THROW(file.commit(), IoError);
  EXPECT_EQ(folder.read("out.txt"), "x");
}

TEST(RemovePartialFiles, RemovesThoseAliveAndNoOthers) {
  const TempFolder folder;
  OutputFile done(folder / "done");
  done.commit();
  { OutputFile dropped(folder / "dropped"); }
  OutputFile a(folder / "a");
  auto b = std::make_unique<OutputFile>(folder / "b");
  folder.write(partial_name("dropped"), "of somebody else, under a name that was ours once");
  remove_partial_files();
  EXPECT_THAT(folder.names(), ElementsAre("done", partial_name("dropped")));
  EXPECT_THROW(a.commit(), IoError);
  b.reset();
  EXPECT_THAT(folder.names(), ElementsAre("done", partial_name("dropped")));
}

TEST(RemovePartialFiles, WorksWithMoreFilesThanTheTableHolds) {
  const TempFolder folder;
  std::vector<std::unique_ptr<OutputFile>> files;
  for (int i = 0; i < 70; ++i) {
    files.push_back(std::make_unique<OutputFile>(folder / std::to_string(i)));
  }
  remove_partial_files();
  EXPECT_EQ(folder.names().size(), 6U);
  files.clear();
  EXPECT_THAT(folder.names(), IsEmpty());
  OutputFile file(folder / "slots are free again");
  remove_partial_files();
  EXPECT_THAT(folder.names(), IsEmpty());
}

TEST(RemovePartialFiles, RemovesNewFoldersThatAreEmpty) {
  const TempFolder folder;
  const std::vector<fs::path> made = make_folders(folder / "a/b/c");
  const std::vector<fs::path> used = make_folders(folder / "used");
  folder.write("used/result.txt", "complete");
  const std::vector<fs::path> done = make_folders(folder / "done");
  remove_empty_folders(done);
  fs::create_directory(folder / "done");
  {
    const OutputFile output(folder / "a/b/c/result.txt");
    remove_partial_files();
  }
  EXPECT_THAT(folder.names(), ElementsAre("done", "used"));
  remove_empty_folders(made);
  remove_empty_folders(used);
}

TEST(RemovePartialFiles, InASignalHandler) {
  const TempFolder folder;
  EXPECT_EQ(run_in_child([&] {
              std::signal(SIGTERM, [](int signal) {
                remove_partial_files();
                _exit(100 + signal);
              });
              fs::current_path(folder.path());
              OutputFile file("out.txt");
              file.write("x");
              fs::current_path("/");
              std::raise(SIGTERM);
              return true;
            }),
            100 + SIGTERM);
  EXPECT_THAT(folder.names(), IsEmpty());
}

TEST(MakeFolders, MakesParents) {
  const TempFolder folder;
  const std::vector<fs::path> made = make_folders(folder / "a/b/c");
  EXPECT_TRUE(fs::is_directory(folder / "a/b/c"));
  EXPECT_EQ(made, (std::vector<fs::path>{folder / "a", folder / "a/b", folder / "a/b/c"}));
  EXPECT_TRUE(make_folders(folder / "a/b").empty());
  folder.write("file", "");
  const std::string path = (folder / "file").string();
  EXPECT_EQ(error_of([&] { make_folders(path); }), path + ": cannot make folder: Not a directory");
  EXPECT_EQ(error_of([&] { make_folders(path + "/below"); }),
            path + "/below: cannot make folder: Not a directory");
}

TEST(MakeFolders, TakesBackWhatItMadeBeforeItFails) {
  const TempFolder folder;
  const std::string too_long(300, 'x');
  EXPECT_THROW(make_folders(folder / "a/b" / too_long), IoError);
  EXPECT_FALSE(fs::exists(folder / "a"));
}

TEST(RemoveEmptyFolders, KeepsThoseWithAFile) {
  const TempFolder folder;
  const std::vector<fs::path> made = make_folders(folder / "a/b/c");
  folder.write("a/file", "");
  remove_empty_folders(made);
  EXPECT_FALSE(fs::exists(folder / "a/b"));
  EXPECT_TRUE(fs::exists(folder / "a/file"));
}

}  // namespace
}  // namespace loom
