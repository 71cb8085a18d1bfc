#pragma once

#include <concepts>

#include "loom/support/scalar.h"

// The kinds of element that kernels tell apart: those of numbers, and booleans.
namespace loom::reference {

using scalar::Complex;
using scalar::Floating;
using scalar::Integer;
using scalar::Number;
using scalar::Ordered;
using scalar::Real;

/// What can be sorted: they and booleans.
template <class T>
concept Sortable = Ordered<T> || std::same_as<T, bool>;

}  // namespace loom::reference
