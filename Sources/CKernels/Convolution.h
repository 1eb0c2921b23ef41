#pragma once
#include "include/zk_convolution.h"

/// Through oneDNN; false where it has no primitive for the problem. The caller adds the bias unless Y is computed.
bool zk_convolution_float(
    ZKConvolutionResult result, const ZKConvolution *problem, const float *first, const float *second,
    const float *bias, float *out);

/// As matrix products, without the bias.
bool zk_convolution_columns(
    ZKConvolutionResult result, ZKType type, const ZKConvolution *problem, const void *first, const void *second,
    void *out);
