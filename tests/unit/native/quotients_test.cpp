#include <cmath>

#include "kernels.h"

// Quotients without fraction, their rests and powers of integers on every instruction set of this
// machine: the bits of the reference, also where rounding or range make them hard.
namespace loom::test {
namespace {

using native::Isa;
using schema::op;
using schema::OpId;

constexpr std::uint64_t kSeed = 20240611;

class NativeQuotients : public testing::TestWithParam<Isa> {
 protected:
  std::map<OpId, dispatch::Kernel> kernels = kernels_on(GetParam());
  Random random{kSeed};

  Array computed(OpId id, const Array& a, const Array& b) {
    const Array result = Array::empty(a.shape(), a.dtype());
    EXPECT_TRUE(run(kernels.at(id), id, {a.view(), b.view()}, result.view(), {}));
    return result;
  }

  template <class T>
  void compare(OpId id, const std::vector<T>& a, const std::vector<T>& b) {
    const Array x = Array::from(a), y = Array::from(b);
    const Array found = computed(id, x, y), expected = by_reference(id, {x, y}, {});
    for (std::int64_t i = 0; i < x.size(); ++i) {
      const std::int64_t at = i * item_size(x.dtype());
      ASSERT_TRUE(same_elements(x.dtype(), found.view().data + at, expected.view().data + at, 1))
          << schema::row(id).name << "(" << +a[i] << ", " << +b[i]
          << ") = " << +found.template span<T>()[i] << " instead of "
          << +expected.template span<T>()[i];
    }
  }

  template <class T>
  void compare_both(const std::vector<T>& a, const std::vector<T>& b) {
    compare(op("floor_divide"), a, b);
    compare(op("remainder"), a, b);
  }

 private:
  testing::ScopedTrace trace_{__FILE__, __LINE__, fmt::format("seed {}", kSeed)};
};

TEST_P(NativeQuotients, AreRightForAllBytes) {
  std::vector<std::int8_t> a, b;
  for (int i = -128; i < 128; ++i) {
    for (int k = -128; k < 128; ++k) {
      a.push_back(static_cast<std::int8_t>(i));
      b.push_back(static_cast<std::int8_t>(k));
    }
  }
  compare_both(a, b);
  compare_both(std::vector<std::uint8_t>(a.begin(), a.end()),
               std::vector<std::uint8_t>(b.begin(), b.end()));
}

/// Products, and their neighbours: the quotients that division in floating point might miss.
template <class T>
void near_products(Random& random, std::vector<T>& a, std::vector<T>& b) {
  using Limits = std::numeric_limits<T>;
  for (int i = 0; i < 20000; ++i) {
    // Of any length: a uniform one would hardly ever be short.
    const double size = std::exp2(random.number<double>(0, Limits::digits));
    const double sign = std::is_signed_v<T> && random.number<bool>(0, 1) ? -1 : 1;
    const T divisor = static_cast<T>(sign * size);
    const std::uint64_t most = static_cast<std::uint64_t>(static_cast<double>(Limits::max()) /
                                                          std::max(1.0, std::floor(size)));
    const std::uint64_t factor =
        static_cast<std::uint64_t>(random.number<double>(0, static_cast<double>(most)));
    const std::uint64_t product = static_cast<std::uint64_t>(divisor) * factor;
    for (const std::uint64_t shift : {std::uint64_t{0}, std::uint64_t{1}, ~std::uint64_t{0}}) {
      a.push_back(static_cast<T>(product + shift));
      b.push_back(divisor);
    }
  }
  for (const T x : {Limits::min(), Limits::max(), T(0), T(1), T(-1), T(Limits::min() + 1)}) {
    for (const T y : {Limits::min(), Limits::max(), T(0), T(1), T(-1), T(2), T(-2)}) {
      a.push_back(x);
      b.push_back(y);
    }
  }
}

TEST_P(NativeQuotients, AreRightBesideProductsOfIntegers) {
  for (int i = 0; i < kDTypeCount; ++i) {
    visit_dtype(static_cast<DType>(i), [&]<class T>(std::type_identity<T>) {
      if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
        std::vector<T> a, b;
        near_products(random, a, b);
        compare_both(a, b);
      }
    });
  }
}

template <class T>
void beside_products_of_reals(Random& random, std::vector<T>& a, std::vector<T>& b) {
  using Limits = std::numeric_limits<T>;
  for (int i = 0; i < 20000; ++i) {
    const T divisor =
        random.number<T>(-1, 1) * static_cast<T>(std::exp2(random.number<T>(-20, 20)));
    // Up to quotients that are beyond one division.
    const T factor = std::trunc(static_cast<T>(std::exp2(random.number<T>(0, Limits::digits + 3))));
    const T product = divisor * factor;
    for (const T x : {product, std::nextafter(product, T(0)), -product, product / 3}) {
      a.push_back(x);
      b.push_back(divisor);
    }
  }
  const T special[] = {0,
                       1,
                       T(0.1),
                       3,
                       T(1e30),
                       Limits::min(),
                       Limits::denorm_min(),
                       3 * Limits::denorm_min(),
                       Limits::max(),
                       Limits::infinity(),
                       Limits::quiet_NaN()};
  for (const T x : special) {
    for (const T y : special) {
      for (const T sign : {T(1), T(-1)}) {
        a.insert(a.end(), {x, -x});
        b.insert(b.end(), {sign * y, sign * y});
      }
    }
  }
}

TEST_P(NativeQuotients, AreRightBesideProductsOfReals) {
  std::vector<double> a, b;
  beside_products_of_reals(random, a, b);
  compare_both(a, b);
  std::vector<float> x, y;
  beside_products_of_reals(random, x, y);
  compare_both(x, y);
}

TEST_P(NativeQuotients, PowersOfIntegersWrap) {
  for (int i = 0; i < kDTypeCount; ++i) {
    visit_dtype(static_cast<DType>(i), [&]<class T>(std::type_identity<T>) {
      if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
        std::vector<T> a, b;
        for (int k = 0; k < 1000; ++k) {  // more than a block
          a.push_back(telling_number<T>(random));
          const T exponent = telling_number<T>(random);
          b.push_back(exponent < 0 ? T(k % 100) : exponent);
        }
        compare(op("power"), a, b);
      }
    });
  }
}

TEST_P(NativeQuotients, NoNegativePowersOfIntegers) {
  const Array base = Array::from<std::int16_t>(std::vector<std::int16_t>(600, 3));
  std::vector<std::int16_t> exponents(600, 2);
  EXPECT_EQ(computed(op("power"), base, Array::from(exponents)).span<std::int16_t>()[599], 9);
  exponents[599] = -1;
  EXPECT_THROW(computed(op("power"), base, Array::from(exponents)), ValueError);
}

INSTANTIATE_TEST_SUITE_P(Isas, NativeQuotients, testing::ValuesIn(native::usable_isas()),
                         [](const auto& isa) { return std::string(isa.param.name); });

}  // namespace
}  // namespace loom::test
