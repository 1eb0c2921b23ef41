#pragma once
#include "include/zk_matmul.h"

/// Matrix products with m, n, k and batch of at least 1.
bool zk_matmul_float(const ZKMatmul *problem, const float *a, const float *b, const float *bias, float *out);
bool zk_matmul_double(const ZKMatmul *problem, const double *a, const double *b, const double *bias, double *out);
