#pragma once

#include <cstdint>
#include <span>

// Random numbers as pure functions of (seed, position).
//
// Every generator below fills `out` with the values at positions offset, offset + 1, ... of a
// stream that `seed` fixes: out[i] depends on seed, offset + i and the other arguments, and on
// nothing else. Hence any piece of an output can be computed by any thread or backend, and a call
// with n elements consumes exactly n positions: the next call goes on at offset + n. Each
// distribution and precision has a stream of its own, independent of the others at the same seed
// and position.
//
// A stream is Philox4x32-10 with the seed as key and the counter (high, low) =
// (stream << 32 | attempt, position / elements per block); the words of a block serve its elements
// in order. Changing any of this changes everyone's results: the tests hold the first values.
namespace loom::reference {

/// Uniform on [0, 1): a multiple of 2^-53 from 53 random bits, two elements per block.
void fill_uniform(std::span<double> out, std::uint64_t seed, std::uint64_t offset);

/// Uniform on [0, 1): a multiple of 2^-24 from 24 random bits, four elements per block.
void fill_uniform(std::span<float> out, std::uint64_t seed, std::uint64_t offset);

/// Standard normal by the transform of Box and Muller (1958), "A note on the generation of random
/// normal deviates", from 53-bit uniforms. Two elements per block: its cosine and its sine value.
/// Magnitudes end at sqrt(2 * 53 * log 2) = 8.57.
void fill_normal(std::span<double> out, std::uint64_t seed, std::uint64_t offset);

/// As above from 32-bit uniforms, computed in double and rounded once. Four elements per block.
/// Magnitudes end at sqrt(2 * 32 * log 2) = 6.66.
void fill_normal(std::span<float> out, std::uint64_t seed, std::uint64_t offset);

/// Integers of equal probability from `low` to `last`, by multiplication with rejection (Lemire
/// 2019, "Fast random integer generation in an interval"). A rejected draw is repeated with the
/// other half of the position's block and then with its blocks of attempts 1, 2, ..., so that a
/// value still depends on its position alone. Throws ValueError where low > last or where T cannot
/// hold the values. T is any of the eight integer types of the dtypes.
template <class T>
void fill_integers(std::span<T> out, std::int64_t low, std::int64_t last, std::uint64_t seed,
                   std::uint64_t offset);

/// A permutation of 0 .. out.size() - 1, all of equal probability: the shuffle of Fisher and Yates
/// from the last place down, place i drawing its partner on [0, i] at position offset + i. Unlike
/// the others it is a function of the whole call and cannot be computed in pieces.
void fill_permutation(std::span<std::int64_t> out, std::uint64_t seed, std::uint64_t offset);

}  // namespace loom::reference
