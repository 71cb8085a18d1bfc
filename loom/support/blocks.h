#pragma once

#include <cstdint>

// Memory for arrays and for workspace. A program that works on arrays of one size lets go of a
// block and wants the like of it again all the time; the system would take its pages back and clear
// them each time, which takes longer than an addition. So long blocks are kept for the next taker,
// up to a 32nd of the machine's memory. While they are kept the system may have their pages, should
// it run short.
namespace loom {

/// Uninitialised memory, aligned as malloc's; null where the system refuses. Blocks of tens of
/// megabytes lie on large pages where the system has them.
void* allocate_block(std::int64_t bytes);

/// Takes back what `allocate_block(bytes)` gave.
void free_block(void* block, std::int64_t bytes) noexcept;

/// Gives the blocks that are kept back to the system; returns their bytes.
std::int64_t release_kept_blocks();

}  // namespace loom
