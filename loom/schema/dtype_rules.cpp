#include <fmt/format.h>

#include "loom/schema/rules.h"

namespace loom::schema::dtype_rule {
namespace {

[[noreturn]] void refuse(const Query& q, std::string_view wanted) {
  throw DTypeError(fmt::format("[{}] {} needed, found {}", q.row.name, wanted, describe_inputs(q)));
}

DType promoted(const Query& q, std::size_t first = 0) {
  DType result = q.inputs[first].dtype;
  for (std::size_t i = first + 1; i < q.inputs.size(); ++i)
    result = promote(result, q.inputs[i].dtype);
  return result;
}

DTypes uniform(DType input, DType output) {
  DTypes types;
  types.inputs.fill(input);
  types.outputs.fill(output);
  return types;
}

DType promoted_number(const Query& q) {
  const DType d = promoted(q);
  if (d == DType::boolean) refuse(q, "a number is");
  return d;
}

}  // namespace

DTypes numeric(const Query& q) {
  const DType d = promoted_number(q);
  return uniform(d, d);
}

DTypes real_numeric(const Query& q) {
  const DType d = promoted_number(q);
  if (is_complex(d)) refuse(q, "a real dtype is");
  return uniform(d, d);
}

DTypes floating(const Query& q) {
  const DType d = floating_of(promoted(q));
  return uniform(d, d);
}

DTypes real_floating(const Query& q) {
  const DType d = floating_of(promoted(q));
  if (is_complex(d)) refuse(q, "a real dtype is");
  return uniform(d, d);
}

DTypes real_floating_predicate(const Query& q) {
  return uniform(real_floating(q).inputs[0], DType::boolean);
}

DTypes bits(const Query& q) {
  const DType d = promoted(q);
  if (is_floating(d)) refuse(q, "an integer or boolean dtype is");
  return uniform(d, d);
}

DTypes integer(const Query& q) {
  const DType d = promoted(q);
  if (!is_integer(d)) refuse(q, "an integer dtype is");
  return uniform(d, d);
}

DTypes same(const Query& q) { return uniform(q.dtype(0), q.dtype(0)); }

DTypes equality(const Query& q) { return uniform(promoted(q), DType::boolean); }

DTypes ordering(const Query& q) {
  const DType d = promoted(q);
  if (is_complex(d)) refuse(q, "a real dtype is");
  return uniform(d, DType::boolean);
}

DTypes logical(const Query&) { return uniform(DType::boolean, DType::boolean); }

DTypes predicate(const Query& q) { return uniform(promoted_number(q), DType::boolean); }

DTypes magnitude(const Query& q) {
  const DType d = promoted_number(q);
  return uniform(d, real_of(d));
}

DTypes select(const Query& q) {
  const DType d = promoted(q, 1);
  DTypes types = uniform(d, d);
  types.inputs[0] = DType::boolean;
  return types;
}

DTypes cast(const Query& q) { return uniform(q.dtype(0), q.attribute<DType>(0)); }

DTypes last_attribute(const Query& q) {
  const DType d = std::get<DType>(q.attributes.back());
  return uniform(d, d);
}

DTypes accumulation(const Query& q) {
  const DType d = q.dtype(0);
  if (is_floating(d)) return uniform(d, d);
  return uniform(d, kind(d) == DTypeKind::unsigned_integer ? DType::uint64 : DType::int64);
}

DTypes mean(const Query& q) { return uniform(q.dtype(0), floating_of(q.dtype(0))); }

DTypes variance(const Query& q) { return uniform(q.dtype(0), real_of(floating_of(q.dtype(0)))); }

DTypes truth(const Query& q) { return uniform(q.dtype(0), DType::boolean); }

DTypes count(const Query& q) { return uniform(q.dtype(0), DType::int64); }

DTypes ordered(const Query& q) {
  if (is_complex(q.dtype(0))) refuse(q, "a real dtype is");
  return same(q);
}

DTypes place(const Query& q) {
  const DType d = promoted(q);
  if (is_complex(d)) refuse(q, "a real dtype is");
  return uniform(d, DType::int64);
}

DTypes indexed(const Query& q) {
  if (!is_integer(q.dtype(1))) refuse(q, "an index of integers is");
  DTypes types = same(q);
  types.inputs[1] = DType::int64;
  return types;
}

DTypes byte_products(const Query& q) {
  DTypes types;
  for (std::size_t i = 0; i < q.inputs.size(); ++i) {
    const DType d = q.inputs[i].dtype;
    if (d != DType::uint8 && d != DType::int8) refuse(q, "uint8 or int8 is");
    types.inputs[i] = d;
  }
  types.outputs.fill(DType::int32);
  return types;
}

DTypes eigh(const Query& q) {
  DTypes types = floating(q);
  types.outputs[0] = real_of(types.inputs[0]);
  return types;
}

DTypes svd(const Query& q) {
  DTypes types = floating(q);
  types.outputs[1] = real_of(types.inputs[0]);
  return types;
}

DTypes real_output(const Query& q) {
  const DType d = floating_of(promoted(q));
  return uniform(d, real_of(d));
}

DTypes to_complex(const Query& q) {
  const DType d = floating_of(promoted(q));
  return uniform(d, complex_of(d));
}

DTypes real_to_complex(const Query& q) {
  const DType d = real_floating(q).inputs[0];
  return uniform(d, complex_of(d));
}

DTypes complex(const Query& q) {
  const DType d = complex_of(promoted(q));
  return uniform(d, d);
}

DTypes complex_to_real(const Query& q) {
  const DType d = complex_of(promoted(q));
  return uniform(d, real_of(d));
}

}  // namespace loom::schema::dtype_rule
