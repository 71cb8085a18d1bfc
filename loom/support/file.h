#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "loom/support/compression.h"

// Files: mapped for reading, and written so that a final name only ever holds a complete file.
namespace loom {

/// A file mapped into memory, read-only. Movable.
class MappedFile {
 public:
  MappedFile() = default;
  /// Throws IoError: "PATH: cannot open: No such file or directory".
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;

  std::span<const std::byte> bytes() const { return {data_, size_}; }
  std::string_view text() const { return {reinterpret_cast<const char*>(data_), size_}; }
  std::size_t size() const { return size_; }
  /// Tells the kernel that pages in [offset, offset + length) will not be read again soon, so that
  /// streaming a large file does not count as memory of this process.
  void release(std::size_t offset, std::size_t length) const;

 private:
  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

/// The content of a text file, decompressed where it is compressed as ByteSource knows it. Throws
/// IoError.
std::string read_text(const std::filesystem::path& path);

/// A file being written. It lives as "PATH.partial-PID" until `commit` flushes, syncs and renames
/// it to PATH; destroyed before that, it is removed. Every failure (a missing folder, a full disk)
/// removes it too and throws IoError that names the final path and the reason: "PATH: cannot write:
/// No space left on device". A device or pipe cannot be renamed to and is written directly. What is
/// written under a name that ends in ".gz", ".bgz" or ".zst" is compressed, on all threads.
class OutputFile {
 public:
  explicit OutputFile(std::filesystem::path path);
  /// A file that another process can go on with: it lives as "PATH.partial", which from the first
  /// `checkpoint` on stays there whatever happens until it is committed or begun anew. Begins at
  /// `position`, which a checkpoint returned, and forgets what lies behind; 0 begins anew. Throws
  /// IoError, and touches nothing, where the file is shorter or written by another process.
  static OutputFile resumable(std::filesystem::path path, std::int64_t position = 0);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void write(std::string_view text);
  void write(std::span<const std::byte> bytes);
  /// Brings to the disk all that was written, compressed blocks ended, and returns the position
  /// behind it.
  std::int64_t checkpoint();
  void commit();
  const std::filesystem::path& path() const { return path_; }

 private:
  enum class Life { of_the_process, until_committed };

  OutputFile(std::filesystem::path path, Life life, std::int64_t position);
  void go_on_at(std::int64_t position);
  void write_raw(std::string_view bytes);
  void write_now(std::string_view bytes);
  void write_pending();
  void flush();
  [[noreturn]] void fail(int error);
  void discard() noexcept;

  std::filesystem::path path_;
  std::filesystem::path partial_;  ///< empty where `path_` is written directly
  Life life_;
  Compression compression_;
  bool kept_;  ///< the partial file is not ours to remove
  std::string buffer_;
  std::string pending_;  ///< not yet compressed, less than a batch of blocks
  int file_ = -1;
  int slot_ = -1;  ///< in the table of `remove_partial_files`
};

/// Removes the partial file of every OutputFile alive, then the folders that make_folders made,
/// where they are empty and nobody has called remove_empty_folders on them (of the 64 oldest of
/// all, if there are more). For a handler of SIGINT or SIGTERM that ends the process: it only calls
/// unlink and rmdir.
void remove_partial_files() noexcept;

/// Makes `path` and its parents. Returns those that did not exist, the outermost first. Throws
/// IoError, and leaves none of them behind then.
std::vector<std::filesystem::path> make_folders(const std::filesystem::path& path);

/// Removes the folders of `made`, as make_folders returned them, that are empty.
void remove_empty_folders(const std::vector<std::filesystem::path>& made) noexcept;

}  // namespace loom
