#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "call.h"

namespace loom::schema {
namespace {

using enum DType;

struct Expected {
  std::string_view op;
  std::vector<DType> given;
  std::vector<DType> inputs;
  std::vector<DType> outputs;
  std::vector<Attribute> attributes = {};
};

std::vector<View> views_of(const std::vector<DType>& dtypes) {
  std::vector<View> views;
  for (DType dtype : dtypes) views.push_back(view_of({2, 2}, dtype));
  return views;
}

TEST(DTypeRules, CastInputsAndNameResults) {
  const Expected kCases[] = {
      {"add", {int8, float32}, {float32, float32}, {float32}},
      {"add", {int64, uint64}, {float64, float64}, {float64}},
      {"add", {boolean, int8}, {int8, int8}, {int8}},
      {"divide", {int8, int8}, {float64, float64}, {float64}},
      {"divide", {float32, int8}, {float32, float32}, {float32}},
      {"exp", {boolean}, {float64}, {float64}},
      {"exp", {complex64}, {complex64}, {complex64}},
      {"abs", {complex64}, {complex64}, {float32}},
      {"abs", {int16}, {int16}, {int16}},
      {"imag", {complex128}, {complex128}, {float64}},
      {"equal", {int8, complex64}, {complex64, complex64}, {boolean}},
      {"equal", {boolean, boolean}, {boolean, boolean}, {boolean}},
      {"less", {int8, uint8}, {int16, int16}, {boolean}},
      {"logical_and", {float64, int8}, {boolean, boolean}, {boolean}},
      {"isnan", {complex64}, {complex64}, {boolean}},
      {"where", {float64, int8, float32}, {boolean, float32, float32}, {float32}},
      {"atan2", {int8, float32}, {float32, float32}, {float32}},
      {"signbit", {float32}, {float32}, {boolean}},
      {"round", {complex64}, {complex64}, {complex64}},
      {"bitwise_and", {boolean, boolean}, {boolean, boolean}, {boolean}},
      {"bitwise_or", {int8, uint8}, {int16, int16}, {int16}},
      {"bitwise_left_shift", {boolean, int8}, {int8, int8}, {int8}},
      {"sum", {boolean}, {boolean}, {int64}},
      {"sum", {uint8}, {uint8}, {uint64}},
      {"sum", {int32}, {int32}, {int64}},
      {"cumulative_prod", {uint32}, {uint32}, {uint64}},
      {"sum", {complex64}, {complex64}, {complex64}},
      {"mean", {int32}, {int32}, {float64}},
      {"var", {int8}, {int8}, {float64}},
      {"var", {complex64}, {complex64}, {float32}},
      {"all", {complex64}, {complex64}, {boolean}},
      {"count_nonzero", {uint8}, {uint8}, {int64}},
      {"argmax", {boolean}, {boolean}, {int64}},
      {"sort", {float32}, {float32}, {float32}},
      {"searchsorted", {int8, float32}, {float32, float32}, {int64}},
      {"gather", {complex64, uint8}, {complex64, int64}, {complex64}},
      {"scatter", {int8, int32, float64}, {int8, int64, int8}, {int8}},
      {"max", {int8}, {int8}, {int8}},
      {"astype", {complex64}, {complex64}, {int8}, {int8}},
      {"full", {boolean}, {boolean}, {boolean}, {Dims{2}}},
      {"matmul", {int8, uint8}, {int16, int16}, {int16}},
      {"matmul_integer", {int8, uint8}, {int8, uint8}, {int32}},
      {"qr", {int8}, {float64}, {float64, float64}},
      {"eigh", {complex64}, {complex64}, {float32, complex64}},
      {"eig", {float32}, {float32}, {complex64, complex64}},
      {"svd", {complex128}, {complex128}, {complex128, float64, complex128}},
      {"slogdet", {complex64}, {complex64}, {complex64, float32}},
      {"eigvalsh", {complex64}, {complex64}, {float32}},
      {"svdvals", {int8}, {float64}, {float64}},
      {"eigvals", {float32}, {float32}, {complex64}},
      {"fft", {int8}, {complex128}, {complex128}},
      {"fft", {float32}, {complex64}, {complex64}},
      {"rfft", {float32}, {float32}, {complex64}},
      {"irfft", {complex64}, {complex64}, {float32}},
      {"eye", {}, {}, {int8}, {std::int64_t{2}, std::int64_t{2}, std::int64_t{0}, int8}},
  };
  for (const Expected& expected : kCases) {
    const Call call(expected.op, views_of(expected.given), expected.attributes);
    SCOPED_TRACE(std::string(expected.op) + " of " + describe_inputs(call.query()));
    const DTypes dtypes = call.dtypes();
    for (std::size_t i = 0; i < expected.inputs.size(); ++i) {
      EXPECT_EQ(name(dtypes.inputs[i]), name(expected.inputs[i])) << "input " << i;
    }
    for (std::size_t i = 0; i < expected.outputs.size(); ++i) {
      EXPECT_EQ(name(dtypes.outputs[i]), name(expected.outputs[i])) << "output " << i;
    }
  }
}

TEST(DTypeRules, RefuseWhatIsNotDefined) {
  struct Refused {
    std::string_view op;
    std::vector<DType> given;
    std::string message;
  };
  const Refused kCases[] = {
      {"add", {boolean, boolean}, "[add] a number is needed, found bool(2, 2), bool(2, 2)"},
      {"negative", {boolean}, "[negative] a number is needed, found bool(2, 2)"},
      {"isnan", {boolean}, "[isnan] a number is needed, found bool(2, 2)"},
      {"floor", {complex64}, "[floor] a real dtype is needed, found complex64(2, 2)"},
      {"sort", {complex64}, "[sort] a real dtype is needed, found complex64(2, 2)"},
      {"argmax", {complex64}, "[argmax] a real dtype is needed, found complex64(2, 2)"},
      {"gather",
       {int8, boolean},
       "[gather] an index of integers is needed, found int8(2, 2), bool(2, 2)"},
      {"less",
       {int8, complex64},
       "[less] a real dtype is needed, found int8(2, 2), complex64(2, 2)"},
      {"atan2",
       {complex64, int8},
       "[atan2] a real dtype is needed, found complex64(2, 2), int8(2, 2)"},
      {"bitwise_invert",
       {float32},
       "[bitwise_invert] an integer or boolean dtype is needed, found float32(2, 2)"},
      {"bitwise_xor",
       {int64, uint64},
       "[bitwise_xor] an integer or boolean dtype is needed, found int64(2, 2), uint64(2, 2)"},
      {"bitwise_right_shift",
       {boolean, boolean},
       "[bitwise_right_shift] an integer dtype is needed, found bool(2, 2), bool(2, 2)"},
      {"max", {complex128}, "[max] a real dtype is needed, found complex128(2, 2)"},
      {"matmul_integer",
       {int8, int16},
       "[matmul_integer] uint8 or int8 is needed, found int8(2, 2), int16(2, 2)"},
      {"rfft", {complex128}, "[rfft] a real dtype is needed, found complex128(2, 2)"},
  };
  for (const Refused& refused : kCases) {
    const Call call(refused.op, views_of(refused.given));
    EXPECT_THROW(call.dtypes(), DTypeError) << refused.op;
    EXPECT_EQ(call.error(), refused.message);
  }
}

TEST(DTypeRules, EveryBuiltinRowTakesFloat64UnlessItIsAboutBitsOrBytes) {
  for (const OpRow& row : kBuiltinRows) {
    const bool bits = row.dtypes == dtype_rule::bits || row.dtypes == dtype_rule::integer;
    const bool bytes = row.dtypes == dtype_rule::byte_products;
    const DType dtype = bits ? int64 : bytes ? int8 : float64;
    std::vector<Attribute> attributes(row.attributes.size(), Attribute(dtype));
    std::vector<DType> dtypes(row.inputs, dtype);
    if (row.dtypes == dtype_rule::indexed) dtypes[1] = int64;
    const Call call(row.name, views_of(dtypes), attributes);
    EXPECT_NO_THROW(call.dtypes()) << row.name;
  }
}

}  // namespace
}  // namespace loom::schema
