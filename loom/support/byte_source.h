#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace loom {

/// Reads a file from its beginning to its end in bounded memory. What is compressed, by gzip (in
/// any number of members, as bgzip writes them) or zstd, is decompressed; the first bytes of the
/// file say so, not its name. Pipes are read too.
class ByteSource {
 public:
  /// Throws IoError: "PATH: cannot open: No such file or directory".
  explicit ByteSource(std::filesystem::path path);
  ~ByteSource();
  ByteSource(ByteSource&& other) noexcept;

  /// Fills the front of `out` and returns how many bytes those are: fewer than its size only at the
  /// end of the file. Throws IoError: "PATH: cannot decompress: the file ends early", "PATH: cannot
  /// decompress: incorrect data check".
  std::size_t read(std::span<char> out);

  /// How much of a regular file has been read, from 0 to 1; 0 of a pipe.
  double fraction_read() const;

  const std::filesystem::path& path() const { return path_; }

  /// Turns compressed bytes into what they were made of.
  class Decoder;

 private:
  std::size_t read_some(std::span<char> out);
  bool refill();

  std::filesystem::path path_;
  int file_ = -1;
  std::int64_t size_ = 0;   ///< of a regular file
  std::int64_t taken_ = 0;  ///< bytes of the file that were read into memory
  std::unique_ptr<char[]> buffer_;
  std::string_view input_;  ///< what of the buffer is not yet used
  std::unique_ptr<Decoder> decoder_;
};

}  // namespace loom
