// The signatures of row kernels, and the tables of each family.
#pragma once
#include "Internal.h"
#include "include/zk_elementwise.h"

/// y[i] = f(x[i]) for i < n, where f may have parameters a and b.
typedef void (*zk_unary_row)(ptrdiff_t n, double a, double b, const void *x, void *y);

/// out[i] = f(a[i * sa], b[i * sb]) for i < n; each stride is 0 or 1.
typedef void (*zk_binary_row)(ptrdiff_t n, const void *a, ptrdiff_t sa, const void *b, ptrdiff_t sb, void *out);

/// y[i] = x[i] as another type for i < n.
typedef void (*zk_cast_row)(ptrdiff_t n, const void *x, void *y);

/// out[i] = c[i] ? a[i] : b[i] for i < n. `constants` has a bit for each operand that is one element: 4 c, 2 a, 1 b.
typedef void (*zk_where_row)(
    ptrdiff_t n, const uint8_t *c, const void *a, const void *b, void *out, int constants);

/// The kernels of a function for a type, transcendental ones included; null where there is none.
zk_unary_row zk_unary_row_of(ZKUnary op, ZKType type);
zk_binary_row zk_binary_row_of(ZKBinary op, ZKType type);
zk_binary_row zk_compare_row_of(ZKCompare op, ZKType type);
zk_cast_row zk_cast_row_of(ZKType from, ZKType to);
zk_where_row zk_where_row_of(ptrdiff_t element_size);

/// y[i] = x[i] > 0 ? g[i] : alpha * g[i] for i < n, for float or double.
void zk_leaky_relu_grad_row(ZKType type, ptrdiff_t n, double alpha, const void *g, const void *x, void *y);

/// The transcendental functions for this processor; null for other functions.
zk_unary_row zk_transcendental_row(ZKUnary op, ZKType type);
zk_binary_row zk_pow_row(ZKType type);

/// Remainders, and powers of integers; null for other functions.
zk_binary_row zk_remainder_row(ZKBinary op, ZKType type);

/// Runs a row kernel over a broadcast layout whose result elements have `out_size` bytes.
void zk_run_binary(
    zk_binary_row row, const ZKLayout *layout, ptrdiff_t size, ptrdiff_t out_size, ptrdiff_t cost, const void *a,
    const void *b, void *out);
