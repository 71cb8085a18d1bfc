#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

// Compressed files as a row of blocks, each of which is complete in itself: they are compressed in
// parallel, and a file may be cut behind any of them.
namespace loom {

enum class Compression { none, gzip, zstd };

/// What a file's name promises: gzip for ".gz" and ".bgz", zstd for ".zst".
Compression compression_named(const std::filesystem::path& path);

/// What the first bytes of a file say; four are enough.
Compression compression_of(std::string_view beginning);

/// How many bytes make a block of `compression`, which is not none.
std::size_t block_size(Compression compression);

/// `text`, for gzip of at most `block_size` bytes, as a gzip member or a zstd frame with a
/// checksum. A gzip member is one of BGZF (SAM/BAM format specification, section 4.1), so that
/// tabix can index the file.
std::string compress_block(Compression compression, std::string_view text);

/// An empty block, which ends a file of them: in BGZF it shows that nothing was cut off.
std::string_view end_of_blocks(Compression compression);

}  // namespace loom
