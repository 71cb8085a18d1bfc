#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

#include "loom/support/byte_source.h"

namespace loom {

/// Walks over the lines of a text file of any size, compressed or not, in memory for a block of it
/// or its longest line. Accepts "\n" and "\r\n" ends and a last line without an end.
class LineSource {
 public:
  static constexpr std::size_t kBlockBytes = std::size_t{1} << 20;

  /// Throws as ByteSource does, here and in what follows.
  explicit LineSource(std::filesystem::path path, std::size_t block_bytes = kBlockBytes);

  /// Sets `line` to the next line, without its end, which lives until the next call. False behind
  /// the last line.
  bool next(std::string_view& line);

  /// Sets `lines` to the lines that are in memory, with their ends (the last of the file may have
  /// none): about a block, and at least one line. They live until the next call, and do not count
  /// in `line_number`. False behind the last line.
  bool next_block(std::string_view& lines);

  /// Number of the line that `next` gave last, from 1.
  std::int64_t line_number() const { return line_number_; }

  /// How much of the file has been taken from it, from 0 to 1; 0 of a pipe.
  double fraction_read() const { return source_.fraction_read(); }

  const std::filesystem::path& path() const { return source_.path(); }

 private:
  bool fill();

  ByteSource source_;
  std::size_t capacity_;
  std::unique_ptr<char[]> buffer_;
  std::string_view lines_;    ///< whole lines of the buffer
  std::string_view partial_;  ///< the beginning of a line behind them
  bool ended_ = false;        ///< nothing is left in the file
  std::int64_t line_number_ = 0;
};

}  // namespace loom
