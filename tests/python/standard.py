"""Facts of the Array API standard, 2025.12, that the conformance tests go by."""

# Every function with its parameters.
NAMESPACE = """
arange(start, /, stop=None, step=1, *, dtype=None, device=None)
asarray(obj, /, *, dtype=None, device=None, copy=None)
empty(shape, *, dtype=None, device=None)
empty_like(x, /, *, dtype=None, device=None)
eye(n_rows, n_cols=None, /, *, k=0, dtype=None, device=None)
from_dlpack(x, /, *, device=None, copy=None)
full(shape, fill_value, *, dtype=None, device=None)
full_like(x, /, fill_value, *, dtype=None, device=None)
linspace(start, stop, /, num, *, dtype=None, device=None, endpoint=True)
meshgrid(*arrays, indexing='xy')
ones(shape, *, dtype=None, device=None)
ones_like(x, /, *, dtype=None, device=None)
tril(x, /, *, k=0)
triu(x, /, *, k=0)
zeros(shape, *, dtype=None, device=None)
zeros_like(x, /, *, dtype=None, device=None)

astype(x, dtype, /, *, copy=True, device=None)
can_cast(from_, to, /)
finfo(type, /)
iinfo(type, /)
isdtype(dtype, kind)
result_type(*arrays_and_dtypes)
__array_namespace_info__()

clip(x, /, min=None, max=None)
where(condition, x1, x2, /)

take(x, indices, /, *, axis=None)
take_along_axis(x, indices, /, *, axis=-1)

matmul(x1, x2, /)
matrix_transpose(x, /)
tensordot(x1, x2, /, *, axes=2)
vecdot(x1, x2, /, *, axis=-1)

broadcast_arrays(*arrays)
broadcast_shapes(*shapes)
broadcast_to(x, /, shape)
concat(arrays, /, *, axis=0)
expand_dims(x, /, axis)
flip(x, /, *, axis=None)
moveaxis(x, source, destination, /)
permute_dims(x, /, axes)
repeat(x, repeats, /, *, axis=None)
reshape(x, /, shape, *, copy=None)
roll(x, /, shift, *, axis=None)
squeeze(x, /, axis)
stack(arrays, /, *, axis=0)
tile(x, repetitions, /)
unstack(x, /, *, axis=0)

argmax(x, /, *, axis=None, keepdims=False)
argmin(x, /, *, axis=None, keepdims=False)
count_nonzero(x, /, *, axis=None, keepdims=False)
nonzero(x, /)
searchsorted(x1, x2, /, *, side='left', sorter=None)
isin(x1, x2, /, *, invert=False)
unique_all(x, /)
unique_counts(x, /)
unique_inverse(x, /)
unique_values(x, /)
argsort(x, /, *, axis=-1, descending=False, stable=True)
sort(x, /, *, axis=-1, descending=False, stable=True)

cumulative_prod(x, /, *, axis=None, dtype=None, include_initial=False)
cumulative_sum(x, /, *, axis=None, dtype=None, include_initial=False)
max(x, /, *, axis=None, keepdims=False)
mean(x, /, *, axis=None, keepdims=False)
min(x, /, *, axis=None, keepdims=False)
prod(x, /, *, axis=None, dtype=None, keepdims=False)
std(x, /, *, axis=None, correction=0.0, keepdims=False)
sum(x, /, *, axis=None, dtype=None, keepdims=False)
var(x, /, *, axis=None, correction=0.0, keepdims=False)
all(x, /, *, axis=None, keepdims=False)
any(x, /, *, axis=None, keepdims=False)
diff(x, /, *, axis=-1, n=1, prepend=None, append=None)

linalg.cholesky(x, /, *, upper=False)
linalg.cross(x1, x2, /, *, axis=-1)
linalg.det(x, /)
linalg.diagonal(x, /, *, offset=0)
linalg.eig(x, /)
linalg.eigh(x, /)
linalg.eigvals(x, /)
linalg.eigvalsh(x, /)
linalg.inv(x, /)
linalg.matmul(x1, x2, /)
linalg.matrix_norm(x, /, *, keepdims=False, ord='fro')
linalg.matrix_power(x, n, /)
linalg.matrix_rank(x, /, *, rtol=None)
linalg.matrix_transpose(x, /)
linalg.outer(x1, x2, /)
linalg.pinv(x, /, *, rtol=None)
linalg.qr(x, /, *, mode='reduced')
linalg.slogdet(x, /)
linalg.solve(x1, x2, /)
linalg.svd(x, /, *, full_matrices=True)
linalg.svdvals(x, /)
linalg.tensordot(x1, x2, /, *, axes=2)
linalg.trace(x, /, *, offset=0, dtype=None)
linalg.vecdot(x1, x2, /, *, axis=-1)
linalg.vector_norm(x, /, *, axis=None, keepdims=False, ord=2)

fft.fft(x, /, *, n=None, axis=-1, norm='backward')
fft.ifft(x, /, *, n=None, axis=-1, norm='backward')
fft.fftn(x, /, *, s=None, axes=None, norm='backward')
fft.ifftn(x, /, *, s=None, axes=None, norm='backward')
fft.rfft(x, /, *, n=None, axis=-1, norm='backward')
fft.irfft(x, /, *, n=None, axis=-1, norm='backward')
fft.rfftn(x, /, *, s=None, axes=None, norm='backward')
fft.irfftn(x, /, *, s=None, axes=None, norm='backward')
fft.hfft(x, /, *, n=None, axis=-1, norm='backward')
fft.ihfft(x, /, *, n=None, axis=-1, norm='backward')
fft.fftfreq(n, /, *, d=1.0, dtype=None, device=None)
fft.rfftfreq(n, /, *, d=1.0, dtype=None, device=None)
fft.fftshift(x, /, *, axes=None)
fft.ifftshift(x, /, *, axes=None)
"""

KINDS = {
    "bool": ["bool"],
    "signed": ["int8", "int16", "int32", "int64"],
    "unsigned": ["uint8", "uint16", "uint32", "uint64"],
    "real": ["float32", "float64"],
    "complex": ["complex64", "complex128"],
}
KINDS["integer"] = KINDS["signed"] + KINDS["unsigned"]
KINDS["bits"] = KINDS["bool"] + KINDS["integer"]
KINDS["ordered"] = KINDS["integer"] + KINDS["real"]
KINDS["floating"] = KINDS["real"] + KINDS["complex"]
KINDS["numeric"] = KINDS["ordered"] + KINDS["complex"]
KINDS["any"] = KINDS["bool"] + KINDS["numeric"]

# Elementwise functions: parameters, dtypes, dtype of the result ("same", "bool", or "parts": real
# for complex), and the interval from which the tests draw values.
ELEMENTWISE = """
abs              1  numeric   parts  -9  9
acos             1  floating  same   -1  1
acosh            1  floating  same    1  9
add              2  numeric   same   -9  9
asin             1  floating  same   -1  1
asinh            1  floating  same   -9  9
atan             1  floating  same   -9  9
atan2            2  real      same   -9  9
atanh            1  floating  same   -.9 .9
bitwise_and      2  bits      same   -9  9
bitwise_invert   1  bits      same   -9  9
bitwise_left_shift  2  integer  same  0  3
bitwise_or       2  bits      same   -9  9
bitwise_right_shift 2  integer  same  0  3
bitwise_xor      2  bits      same   -9  9
ceil             1  ordered   same   -9  9
conj             1  numeric   same   -9  9
copysign         2  real      same   -9  9
cos              1  floating  same   -9  9
cosh             1  floating  same   -9  9
divide           2  floating  same    1  9
equal            2  any       bool   -2  2
exp              1  floating  same   -9  9
expm1            1  floating  same   -1  1
floor            1  ordered   same   -9  9
floor_divide     2  ordered   same    1  9
greater          2  ordered   bool   -2  2
greater_equal    2  ordered   bool   -2  2
hypot            2  real      same   -9  9
imag             1  complex   parts  -9  9
isfinite         1  numeric   bool   -9  9
isinf            1  numeric   bool   -9  9
isnan            1  numeric   bool   -9  9
less             2  ordered   bool   -2  2
less_equal       2  ordered   bool   -2  2
log              1  floating  same    .1 9
log10            1  floating  same    .1 9
log1p            1  floating  same   -.9 9
log2             1  floating  same    .1 9
logaddexp        2  real      same   -9  9
logical_and      2  bool      bool   -9  9
logical_not      1  bool      bool   -9  9
logical_or       2  bool      bool   -9  9
logical_xor      2  bool      bool   -9  9
maximum          2  ordered   same   -9  9
minimum          2  ordered   same   -9  9
multiply         2  numeric   same   -9  9
negative         1  numeric   same   -9  9
nextafter        2  real      same   -9  9
not_equal        2  any       bool   -2  2
positive         1  numeric   same   -9  9
pow              2  numeric   same    1  3
real             1  numeric   parts  -9  9
reciprocal       1  floating  same    1  9
remainder        2  ordered   same    1  9
round            1  numeric   same   -9  9
sign             1  numeric   same   -9  9
signbit          1  real      bool   -9  9
sin              1  floating  same   -9  9
sinh             1  floating  same   -9  9
sqrt             1  floating  same    0  9
square           1  numeric   same   -9  9
subtract         2  numeric   same   -9  9
tan              1  floating  same   -1  1
tanh             1  floating  same   -9  9
trunc            1  ordered   same   -9  9
"""

# Values that the standard prescribes. `~` before the result: within rounding; otherwise exactly,
# with the sign of zero.
SPECIAL_REAL = """
acos nan -> nan; acos 1.5 -> nan; acos -1.5 -> nan; acos 1 -> 0; acos -1 -> ~pi
acosh nan -> nan; acosh 0.5 -> nan; acosh 1 -> 0; acosh inf -> inf
add inf -inf -> nan; add inf 5 -> inf; add -0. -0. -> -0.; add -0. 0. -> 0.; add 5 -5 -> 0.
asin nan -> nan; asin 2 -> nan; asin 0. -> 0.; asin -0. -> -0.
asinh -0. -> -0.; asinh inf -> inf; asinh -inf -> -inf; asinh nan -> nan
atan -0. -> -0.; atan inf -> ~pi/2; atan -inf -> ~-pi/2
atan2 nan 1 -> nan; atan2 1 nan -> nan; atan2 1 0. -> ~pi/2; atan2 0. 1 -> 0.; atan2 0. 0. -> 0.
atan2 0. -0. -> ~pi; atan2 0. -1 -> ~pi; atan2 -0. 1 -> -0.; atan2 -0. 0. -> -0.
atan2 -0. -0. -> ~-pi; atan2 -0. -1 -> ~-pi; atan2 -1 -0. -> ~-pi/2; atan2 1 inf -> 0.
atan2 1 -inf -> ~pi; atan2 -1 inf -> -0.; atan2 -1 -inf -> ~-pi; atan2 inf 1 -> ~pi/2
atan2 inf inf -> ~pi/4; atan2 inf -inf -> ~3*pi/4; atan2 -inf inf -> ~-pi/4
atan2 -inf -inf -> ~-3*pi/4
atanh 2 -> nan; atanh -1 -> -inf; atanh 1 -> inf; atanh -0. -> -0.
ceil -0. -> -0.; ceil -0.5 -> -0.; ceil inf -> inf; ceil nan -> nan
copysign 1 -0. -> -1; copysign nan -1 -> nan; copysign -3 0. -> 3
cos inf -> nan; cos -0. -> 1; cosh -inf -> inf; cosh 0. -> 1
divide inf inf -> nan; divide 0. 0. -> nan; divide 1 -0. -> -inf; divide -1 inf -> -0.
divide 0. -2 -> -0.; divide inf -2 -> -inf
exp inf -> inf; exp -inf -> 0.; exp -0. -> 1
expm1 -0. -> -0.; expm1 inf -> inf; expm1 -inf -> -1
floor -0. -> -0.; floor 0.5 -> 0.; floor -inf -> -inf
floor_divide inf 2 -> inf; floor_divide inf -2 -> -inf; floor_divide 2 inf -> 0.
floor_divide -2 -inf -> 0.; floor_divide 2 -inf -> -0.; floor_divide inf inf -> nan
floor_divide 0. 0. -> nan; floor_divide -0. 3 -> -0.; floor_divide 1 -0. -> -inf
hypot inf nan -> inf; hypot nan inf -> inf; hypot 3 -0. -> 3; hypot nan 1 -> nan
isfinite inf -> False; isfinite nan -> False; isinf -inf -> True; isnan nan -> True
log -1 -> nan; log 0. -> -inf; log -0. -> -inf; log 1 -> 0.; log inf -> inf
log1p -2 -> nan; log1p -1 -> -inf; log1p -0. -> -0.; log1p inf -> inf
log2 -1 -> nan; log2 0. -> -inf; log2 1 -> 0.; log10 0. -> -inf; log10 1 -> 0.; log10 -1 -> nan
logaddexp nan 1 -> nan; logaddexp inf 1 -> inf; logaddexp inf nan -> nan
logaddexp -inf -inf -> -inf
maximum nan 1 -> nan; maximum 1 nan -> nan; minimum nan 1 -> nan; minimum 1 nan -> nan
multiply inf 0. -> nan; multiply -0. 3 -> -0.; multiply inf -2 -> -inf; multiply -0. -0. -> 0.
negative 0. -> -0.; abs -0. -> 0.; abs -inf -> inf
nextafter 0. 1 -> ~0; nextafter -0. 0. -> 0.; nextafter nan 1 -> nan
pow nan 0. -> 1; pow 1 nan -> 1; pow 0. -1 -> inf; pow -0. -1 -> -inf; pow -0. -2 -> inf
pow -inf 3 -> -inf; pow -inf 2 -> inf; pow -inf -3 -> -0.; pow 2 inf -> inf; pow 0.5 inf -> 0.
pow 2 -inf -> 0.; pow -1 inf -> 1; pow -2 0.5 -> nan; pow inf -1 -> 0.
remainder 1 0. -> nan; remainder inf 2 -> nan; remainder 3 inf -> 3; remainder -0. 3 -> 0.
remainder 0. -3 -> -0.; remainder nan 2 -> nan
round 0.5 -> 0.; round 1.5 -> 2; round 2.5 -> 2; round -0.5 -> -0.; round -0. -> -0.
sign -0. -> 0; sign nan -> nan; sign -inf -> -1
signbit -0. -> True; signbit 0. -> False; signbit -inf -> True
sin -0. -> -0.; sin inf -> nan; sinh -inf -> -inf; sinh -0. -> -0.
sqrt -1 -> nan; sqrt -0. -> -0.; sqrt inf -> inf; square -0. -> 0.; square -inf -> inf
subtract inf inf -> nan; subtract 0. 0. -> 0.; subtract -0. 0. -> -0.
tan -0. -> -0.; tan inf -> nan; tanh inf -> 1; tanh -inf -> -1; tanh -0. -> -0.
trunc -0.5 -> -0.; trunc 0.5 -> 0.; trunc -inf -> -inf; reciprocal -0. -> -inf
"""

# Of complex numbers, the real and imaginary part by themselves; `?` for a sign that is free.
SPECIAL_COMPLEX = """
abs nan+infj -> inf; abs inf+nanj -> inf; abs -0-0j -> 0
acosh 0+0j -> 0+~pi/2j; acosh 1+infj -> inf+~pi/2j; acosh -inf+1j -> inf+~pij
acosh -inf+infj -> inf+~3*pi/4j; acosh inf+nanj -> inf+nanj; acosh nan+infj -> inf+nanj
asinh 0+0j -> 0+0j; asinh 1+infj -> inf+~pi/2j; asinh inf+1j -> inf+0j
asinh inf+infj -> inf+~pi/4j; asinh inf+nanj -> inf+nanj; asinh nan+0j -> nan+0j
atanh 0+0j -> 0+0j; atanh 1+0j -> inf+0j; atanh 1+infj -> 0+~pi/2j; atanh inf+1j -> 0+~pi/2j
atanh 0+nanj -> 0+nanj; atanh inf+nanj -> 0+nanj
cosh 0+0j -> 1+0j; cosh 0+infj -> nan+?0j; cosh 1+infj -> nan+nanj; cosh inf+0j -> inf+0j
cosh inf+infj -> ?inf+nanj; cosh nan+1j -> nan+nanj
exp 0+0j -> 1+0j; exp 1+infj -> nan+nanj; exp -inf+1j -> 0+0j; exp inf+0j -> inf+0j
exp -inf+infj -> ?0+?0j; exp inf+infj -> ?inf+nanj; exp nan+0j -> nan+0j
expm1 0+0j -> 0+0j; expm1 inf+0j -> inf+0j; expm1 -inf+1j -> -1+0j; expm1 nan+0j -> nan+0j
log -0+0j -> -inf+~pij; log 0+0j -> -inf+0j; log 1+infj -> inf+~pi/2j; log -inf+1j -> inf+~pij
log inf+1j -> inf+0j; log -inf+infj -> inf+~3*pi/4j; log inf+nanj -> inf+nanj
sinh 0+0j -> 0+0j; sinh 0+infj -> ?0+nanj; sinh inf+0j -> inf+0j; sinh inf+infj -> ?inf+nanj
sqrt 0+0j -> 0+0j; sqrt 1+infj -> inf+infj; sqrt nan+infj -> inf+infj; sqrt -inf+1j -> 0+infj
sqrt inf+1j -> inf+0j; sqrt -inf+nanj -> nan+?infj; sqrt inf+nanj -> inf+nanj
tanh 0+0j -> 0+0j; tanh 1+infj -> nan+nanj; tanh inf+1j -> 1+0j; tanh inf+infj -> 1+?0j
tanh nan+0j -> nan+0j
"""

# Calls that give the same dtype, shape and values in NumPy, for each dtype of the kind in brackets.
# v is a vector of 12, w another, m 3 x 4, s 3 x 3, t 2 x 3 x 4, b 3 x 4 booleans, i indices below
# 3.
# Behind => stands how NumPy writes it where it does so otherwise.
CALLS = """
[any]
xp.zeros_like(m) ; xp.ones_like(m) ; xp.full_like(m, 1)
xp.empty_like(m) * 0 => np.zeros_like(m)*0
xp.tril(t) ; xp.tril(m, k=1) ; xp.triu(t, k=-1) ; xp.triu(m, k=5) ; xp.triu(m.T)
xp.meshgrid(v, w[:3]) ; xp.meshgrid(v, w[:3], v[:2], indexing="ij") ; xp.meshgrid(v)
xp.astype(m, xp.complex128) ; xp.astype(m, m.dtype)
xp.where(b, m, 0) ; xp.where(b, m, m[0, :]) ; xp.where(b[:, :1], m, m[:, ::-1])
xp.take(v, i) ; xp.take(m, i, axis=0) ; xp.take(m, i, axis=-1) ; xp.take(t, i - 1, axis=1)
xp.take_along_axis(s, s_order) ; xp.take_along_axis(s, s_order, axis=0)
xp.broadcast_arrays(m, m[0, :], v[:1]) ; xp.broadcast_to(v[:4], (2, 3, 4))
xp.concat([m, m]) ; xp.concat((m, m.T), axis=None) ; xp.concat([m, m[:, :1]], axis=1)
xp.concat([m, b])
xp.stack([v, w]) ; xp.stack((m, m), axis=-1) ; xp.stack([m, m, m], axis=1)
xp.unstack(m) ; xp.unstack(t, axis=-1)
xp.expand_dims(m, 0) ; xp.expand_dims(m, -1) ; xp.expand_dims(m, axis=(0, 3))
xp.expand_dims(m, (-1, 1))
xp.squeeze(m[:, :1], -1) ; xp.squeeze(t[:1, :, :1], (0, 2))
xp.flip(t) ; xp.flip(t, axis=1) ; xp.flip(t, axis=(0, -1))
xp.moveaxis(t, 0, -1) ; xp.moveaxis(t, (0, 1), (2, 0)) ; xp.permute_dims(t, (2, 0, 1))
xp.permute_dims(t, (-1, 0, 1))
xp.reshape(m, (4, 3)) ; xp.reshape(m.T, (2, -1)) ; xp.reshape(t, (-1,)) ; xp.reshape(m, 12)
xp.reshape(v[::2], (3, 2))
xp.roll(m, 1) ; xp.roll(m, -1, axis=0) ; xp.roll(t, (1, 2), axis=(0, 2)) ; xp.roll(t, 7, axis=-1)
xp.repeat(m, 2) ; xp.repeat(m, 3, axis=0) ; xp.repeat(v[:3], i) ; xp.repeat(m, i, axis=0)
xp.tile(m, (2,)) ; xp.tile(v, (2, 1, 2)) ; xp.tile(t, (1, 2))
xp.matrix_transpose(t) ; m.T ; t.mT ; m[1] ; m[:, 2] ; m[::-1, ::2] ; m[..., None, 0]
t[1, ..., -1] ; m[b] ; m[i] ; m[i, i]
xp.count_nonzero(t) ; xp.count_nonzero(t, axis=1)
xp.count_nonzero(t, axis=(0, 2), keepdims=True)
xp.nonzero(v) ; xp.nonzero(t) ; xp.isin(m, v[:3]) ; xp.isin(v, m[0, :], invert=True)
xp.all(t) ; xp.all(t, axis=0) ; xp.any(t, axis=(0, 1), keepdims=True) ; xp.any(m, axis=-1)
xp.all(m[:0, :], axis=0)
xp.unique_values(m) => xp.unique(m) ; xp.unique_counts(m) ; xp.unique_inverse(m)
xp.unique_all(v)
[ordered]
xp.argmax(t) ; xp.argmax(t, axis=1) ; xp.argmin(t, axis=-1, keepdims=True) ; xp.argmin(v)
xp.sort(v) ; xp.sort(t) ; xp.sort(t, axis=0) ; xp.argsort(v) => xp.argsort(v, stable=True)
xp.argsort(t, axis=1) => xp.argsort(t, axis=1, stable=True)
xp.sort(t, axis=1, descending=True) => xp.flip(xp.sort(t, axis=1), axis=1)
xp.argsort(m, descending=True) => 3 - xp.argsort(m[:, ::-1], stable=True)[:, ::-1]
xp.searchsorted(xp.sort(v), w) ; xp.searchsorted(xp.sort(v), m, side="right")
xp.searchsorted(v, w, sorter=xp.argsort(v)) ; xp.searchsorted(xp.sort(v), 3)
xp.max(t) ; xp.max(t, axis=0) ; xp.min(t, axis=(0, -1)) ; xp.min(v, axis=0, keepdims=True)
xp.clip(m, 2, 5) ; xp.clip(m, min=3) ; xp.clip(m, None, v[:4])
[numeric]
xp.sum(t) ; xp.sum(t, axis=1) ; xp.sum(t, axis=(0, 2), keepdims=True) ; xp.sum(m[:0, :])
xp.sum(m, axis=()) ; xp.sum(m, dtype=xp.complex128)
xp.prod(v[:5]) ; xp.prod(s, axis=0) ; xp.prod(m[:0, :], axis=0)
xp.prod(s, axis=-1, keepdims=True)
xp.cumulative_sum(v) ; xp.cumulative_sum(t, axis=1)
xp.cumulative_sum(m, axis=-1, include_initial=True) ; xp.cumulative_prod(v[:5])
xp.cumulative_prod(s, axis=0, include_initial=True)
xp.diff(v) ; xp.diff(m, axis=0, n=2) ; xp.diff(m, prepend=m[:, :1])
xp.diff(m, append=m[:, :1], n=3)
[floating]
xp.mean(t) ; xp.mean(t, axis=1) ; xp.mean(m, axis=(0, 1), keepdims=True)
[real]
xp.var(t) ; xp.var(t, axis=1) ; xp.std(m, axis=0, correction=1) ; xp.std(m, keepdims=True)
xp.var(m, axis=-1, correction=0.5)
[numeric]
xp.matmul(m, m.T) ; xp.matmul(t, m.T) ; xp.matmul(v, w) ; xp.matmul(m, v[:4])
xp.matmul(v[:3], m) ; m.T @ m
xp.tensordot(m, m, axes=2) ; xp.tensordot(m, s, axes=((0,), (1,))) ; xp.tensordot(v, w, axes=0)
xp.tensordot(t, m, axes=([1, 2], [0, 1]))
xp.vecdot(m, m) ; xp.vecdot(t, m, axis=-1) ; xp.vecdot(t, m, axis=-2) ; xp.linalg.outer(v, w)
xp.linalg.cross(m[:, :3], s) ; xp.linalg.cross(s, s[:, ::-1], axis=0)
[any]
xp.linalg.diagonal(t) ; xp.linalg.diagonal(m, offset=1) ; xp.linalg.diagonal(m, offset=-2)
xp.linalg.diagonal(m, offset=9)
[numeric]
xp.linalg.trace(t) ; xp.linalg.trace(m, offset=1) ; xp.linalg.trace(s, dtype=xp.complex128)
[floating]
xp.linalg.vector_norm(t) ; xp.linalg.vector_norm(t, axis=1)
xp.linalg.vector_norm(t, axis=(0, 1), ord=1, keepdims=True) ; xp.linalg.vector_norm(v, ord=xp.inf)
xp.linalg.vector_norm(v, ord=-xp.inf) ; xp.linalg.vector_norm(m, axis=0, ord=3.5)
xp.linalg.vector_norm(v, ord=0)
xp.linalg.matrix_norm(t) ; xp.linalg.matrix_norm(t, ord=1) ; xp.linalg.matrix_norm(m, ord=-1)
xp.linalg.matrix_norm(m, ord=xp.inf, keepdims=True) ; xp.linalg.matrix_norm(m, ord="nuc")
xp.linalg.matrix_norm(s, ord=2)
xp.linalg.det(s) ; xp.linalg.inv(s) ; xp.linalg.solve(s, m) ; xp.linalg.solve(s, v[:3])
xp.linalg.matrix_power(s, 3) ; xp.linalg.matrix_power(s, -2) ; xp.linalg.slogdet(s)
xp.linalg.matrix_rank(s) ; xp.linalg.pinv(m) ; xp.linalg.svdvals(t)
[complex]
xp.fft.fft(v) ; xp.fft.fft(m, axis=0) ; xp.fft.fft(v, n=7) ; xp.fft.fft(v, n=20, norm="ortho")
xp.fft.ifft(m) ; xp.fft.ifft(v, norm="forward")
xp.fft.fftn(t) ; xp.fft.fftn(t, axes=(0, 2)) ; xp.fft.fftn(t, s=(3, 5), axes=(1, 2))
xp.fft.ifftn(t, norm="ortho") ; xp.fft.irfft(v) ; xp.fft.irfft(m, n=5) ; xp.fft.irfftn(m)
xp.fft.hfft(v)
[real]
xp.fft.rfft(v) ; xp.fft.rfft(t, axis=0, n=5) ; xp.fft.rfftn(t) ; xp.fft.ihfft(v)
xp.fft.rfftn(t, s=(2, 4), axes=(0, 1))
[floating]
xp.fft.fftshift(t) ; xp.fft.fftshift(m, axes=0) ; xp.fft.ifftshift(v)
xp.fft.ifftshift(t, axes=(0, 2))
"""

# Calls without an array of a dtype.
CREATION = """
xp.arange(5) ; xp.arange(2, 9, 3) ; xp.arange(9, 2, -2) ; xp.arange(0.5, 3)
xp.arange(3, dtype=xp.float32)
xp.arange(5, 5) ; xp.arange(-3, 3, dtype=xp.int8) ; xp.arange(2**53, 2**53 + 3)
xp.linspace(0, 1, 5) ; xp.linspace(1, -1, num=4, endpoint=False) ; xp.linspace(0, 1, 1)
xp.linspace(0, 1, 0)
xp.linspace(0, 1j, 3) ; xp.linspace(2, 3, 7, dtype=xp.float32)
xp.eye(3) ; xp.eye(2, 4) ; xp.eye(3, k=1) ; xp.eye(3, 4, k=-1, dtype=xp.int8)
xp.zeros(3) ; xp.zeros((2, 0)) ; xp.zeros(()) ; xp.ones((2, 3), dtype=xp.bool) ; xp.ones([2, 3])
xp.full(3, 7) ; xp.full((2, 2), 1.5) ; xp.full((), True) ; xp.full(2, 1j)
xp.full(2, 3, dtype=xp.uint8)
xp.asarray([[1, 2], [3, 4]]) ; xp.asarray([1, 2.5]) ; xp.asarray([True, False]) ; xp.asarray(3)
xp.asarray([])
xp.asarray([1, 2], dtype=xp.float32) ; xp.asarray([[1j], [2]]) ; xp.asarray((1, 2**40))
xp.fft.fftfreq(5) ; xp.fft.fftfreq(8, d=0.25) ; xp.fft.rfftfreq(7) ; xp.fft.rfftfreq(6, d=2)
xp.broadcast_shapes((2, 1), (3,)) ; xp.broadcast_shapes() ; xp.broadcast_shapes((1,), (), (4, 1))
"""
