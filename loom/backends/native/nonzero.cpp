// Where the elements are that are not zero, of arrays without gaps.
#include "loom/backends/native/targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "loom/backends/native/nonzero.cpp"
#include <hwy/foreach_target.h>

#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <bit>
#include <complex>
#include <memory>
#include <type_traits>

#include "loom/backends/native/dispatch.h"
#include "loom/backends/native/moves.h"
#include "loom/dispatch/loops.h"
#include "loom/support/error.h"
#include "loom/support/threads.h"

#ifndef LOOM_NATIVE_NONZERO_SHARED
#define LOOM_NATIVE_NONZERO_SHARED
namespace loom::native {

/// The numbers of the bits of a byte that are set.
struct BitPlaces {
  std::array<std::array<std::uint8_t, 8>, 256> places{};

  constexpr BitPlaces() {
    for (unsigned byte = 0; byte < 256; ++byte) {
      int found = 0;
      for (std::uint8_t bit = 0; bit < 8; ++bit) {
        if (byte >> bit & 1) places[byte][found++] = bit;
      }
    }
  }
};
inline constexpr BitPlaces kBitPlaces;

/// The loops for one dtype.
struct NonzeroLoops {
  std::int64_t (*count)(const std::byte* elements, std::int64_t count);
  void (*write)(const std::byte* elements, std::int64_t begin, std::int64_t end, std::int64_t* to,
                std::int64_t* to_end);
};

}  // namespace loom::native
#endif

HWY_BEFORE_NAMESPACE();
namespace loom::native::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// Which elements are not zero; those of real numbers less their signs.
template <class D>
HWY_INLINE hn::Mask<D> are_nonzero(D d, hn::Vec<D> bits, bool real) {
  return hn::Ne(real ? hn::Add(bits, bits) : bits, hn::Zero(d));
}

template <class T>
std::int64_t count_nonzero(const std::byte* bytes, std::int64_t count) {
  const auto* const elements = reinterpret_cast<const T*>(bytes);
  std::int64_t i = 0, found = 0;
  if constexpr (std::is_arithmetic_v<T>) {
    using Bits = hwy::UnsignedFromSize<sizeof(T)>;
    const hn::CappedTag<Bits, 64 / sizeof(T)> d;
    const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
    for (; i + lanes <= count; i += lanes) {
      const auto v = hn::LoadU(d, reinterpret_cast<const Bits*>(elements) + i);
      found += static_cast<std::int64_t>(
          hn::CountTrue(d, are_nonzero(d, v, std::is_floating_point_v<T>)));
    }
  }
  for (; i < count; ++i) found += elements[i] != T(0);
  return found;
}

/// Bit i says whether from[i] is not zero, for eight elements.
template <class T>
HWY_INLINE std::uint8_t bits_of_eight(const T* from) {
  using Bits = hwy::UnsignedFromSize<sizeof(T)>;
  const hn::CappedTag<Bits, 8> d;
  constexpr int kLanes = hn::MaxLanes(d);
  const auto lanes = static_cast<int>(hn::Lanes(d));
  std::uint32_t all = 0;
  for (int first = 0; first < 8; first += lanes) {
    const auto v = hn::LoadU(d, reinterpret_cast<const Bits*>(from) + first);
    std::uint8_t bits[std::max(8, kLanes / 8)] = {};
    hn::StoreMaskBits(d, are_nonzero(d, v, std::is_floating_point_v<T>), bits);
    all |= std::uint32_t{bits[0]} << first;
  }
  auto byte = static_cast<std::uint8_t>(all);
  // Where gcc 12 has moved the mask to the stack, one byte, it may read four from there. After this
  // it extends what is in a register.
  asm("" : "+r"(byte));
  return byte;
}

/// Writes the numbers of the elements [begin, end) that are not zero to [to, to_end), which has
/// room for just them. No branch depends on an element, because nobody could foretell it.
template <class T>
void write_numbers(const std::byte* bytes, std::int64_t begin, std::int64_t end, std::int64_t* to,
                   std::int64_t* to_end) {
  const auto* const elements = reinterpret_cast<const T*>(bytes);
  std::int64_t i = begin;
  if constexpr (std::is_arithmetic_v<T>) {
    const hn::CappedTag<std::uint64_t, 8> d;
    const hn::Rebind<std::uint8_t, decltype(d)> narrow;
    const auto lanes = static_cast<std::int64_t>(hn::Lanes(d));
    for (; i + 8 <= end && to_end - to >= 8; i += 8) {
      const std::uint8_t bits = bits_of_eight(elements + i);
      const auto first = hn::Set(d, static_cast<std::uint64_t>(i));
      for (std::int64_t k = 0; k < 8; k += lanes) {
        const auto places = hn::LoadU(narrow, kBitPlaces.places[bits].data() + k);
        const auto wide =
            hn::PromoteTo(d, hn::PromoteTo(hn::Rebind<std::uint32_t, decltype(d)>(), places));
        hn::StoreU(hn::Add(first, wide), d, reinterpret_cast<std::uint64_t*>(to + k));
      }
      to += std::popcount(bits);
    }
    for (; i + 8 <= end && to < to_end; i += 8) {
      for (unsigned bits = bits_of_eight(elements + i); bits != 0; bits &= bits - 1) {
        *to++ = i + std::countr_zero(bits);
      }
    }
  }
  for (; i < end && to < to_end; ++i) {
    *to = i;
    to += elements[i] != T(0);
  }
}

const NonzeroLoops* nonzero_loops(DType dtype) {
  return visit_dtype(dtype, []<class T>(std::type_identity<T>) {
    static constexpr NonzeroLoops kLoops = {count_nonzero<T>, write_numbers<T>};
    return &kLoops;
  });
}

}  // namespace loom::native::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace loom::native {

HWY_EXPORT(nonzero_loops);

namespace {

using dispatch::KernelCall;
using schema::op;

/// Elements of a piece; how many of them are not zero is known before any index is written.
constexpr std::int64_t kPiece = std::int64_t{1} << 15;

/// Makes an index of each dimension out of `count` numbers in C order, which lie in the first row.
void split_numbers(const Dims& shape, std::int64_t* numbers, std::int64_t row, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) {
    std::int64_t number = numbers[i];
    for (int axis = shape.size() - 1; axis > 0; --axis) {
      numbers[axis * row + i] = number % shape[axis];
      number /= shape[axis];
    }
    numbers[i] = number;
  }
}

void nonzero(const KernelCall& call) {
  const View &in = call.inputs[0], &out = call.outputs[0];
  const std::int64_t size = in.size(), pieces = (size + kPiece - 1) / kPiece;
  const auto starts = std::make_unique<std::int64_t[]>(pieces + 1);
  const auto& isa = *static_cast<const Isa*>(call.context);
  const NonzeroLoops& loops = *pick(HWY_DISPATCH_TABLE(nonzero_loops), isa)(in.dtype);
  const auto end_of = [&](std::int64_t piece) { return std::min((piece + 1) * kPiece, size); };
  parallel_for(pieces, 4, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t piece = begin; piece < end; ++piece) {
      const std::int64_t first = piece * kPiece;
      starts[piece + 1] = loops.count(in.data + first * item_size(in.dtype), end_of(piece) - first);
    }
  });
  for (std::int64_t piece = 0; piece < pieces; ++piece) starts[piece + 1] += starts[piece];
  if (starts[pieces] != out.shape[1]) {
    throw dispatch::Declined{"the count is not that of the elements"};
  }
  parallel_for(pieces, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t piece = begin; piece < end; ++piece) {
      std::int64_t* const to = out.as<std::int64_t>() + starts[piece];
      const std::int64_t found = starts[piece + 1] - starts[piece];
      loops.write(in.data, piece * kPiece, end_of(piece), to, to + found);
      if (in.rank() > 1) split_numbers(in.shape, to, out.shape[1], found);
    }
  });
}

std::optional<std::string> refuse(const KernelCall& call) {
  if (call.inputs[0].is_contiguous() && call.inputs[0].rank() > 0) return std::nullopt;
  return "the array has gaps, or no dimension";
}

}  // namespace

void install_nonzero(const Isa& isa, dispatch::KernelInstaller add) {
  add(op("nonzero"), {.run = nonzero, .refuse = refuse, .context = &isa});
}

}  // namespace loom::native
#endif
