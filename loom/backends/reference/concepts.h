#pragma once

#include <concepts>
#include <type_traits>

#include "loom/backends/reference/dense/scalar.h"

// The kinds of element that kernels tell apart.
namespace loom::reference {

template <class T>
concept Integer = std::integral<T> && !std::same_as<T, bool>;
template <class T>
concept Real = std::floating_point<T>;
template <class T>
concept Complex = dense::kIsComplex<T>;
template <class T>
concept Floating = Real<T> || Complex<T>;
template <class T>
concept Number = Integer<T> || Floating<T>;
/// Numbers that have an order.
template <class T>
concept Ordered = Integer<T> || Real<T>;
/// What can be sorted: they and booleans.
template <class T>
concept Sortable = Ordered<T> || std::same_as<T, bool>;
template <class T>
concept NotReal = Integer<T> || Complex<T>;

}  // namespace loom::reference
