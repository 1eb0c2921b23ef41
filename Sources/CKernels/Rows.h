// The signatures of row kernels, and where each family keeps its own.
#pragma once
#include "Internal.h"
#include "include/zk_elementwise.h"

/// y[i] = f(x[i]) for i < n, where f may have parameters a and b.
typedef void (*zk_unary_row)(ptrdiff_t n, double a, double b, const void *x, void *y);

/// out[i] = f(a[i * sa], b[i * sb]) for i < n; each stride is 0 or 1.
typedef void (*zk_binary_row)(ptrdiff_t n, const void *a, ptrdiff_t sa, const void *b, ptrdiff_t sb, void *out);

/// The transcendental functions for this processor; null for functions that are none.
zk_unary_row zk_transcendental_row(ZKUnary op, ZKType type);
zk_binary_row zk_pow_row(ZKType type);

/// Remainders, and powers of integers; null for other functions.
zk_binary_row zk_remainder_row(ZKBinary op, ZKType type);

/// Runs a row kernel over a broadcast layout whose result elements have `out_size` bytes.
void zk_run_binary(
    zk_binary_row row, const ZKLayout *layout, ptrdiff_t size, ptrdiff_t out_size, ptrdiff_t cost, const void *a,
    const void *b, void *out);
