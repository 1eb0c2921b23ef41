#pragma once
#include "include/zk_convolution.h"

/// With the bias. False if there is no memory, or for a negative padding.
bool zk_convolution_float(
    ZKConvolutionResult result, const ZKConvolution *problem, const float *first, const float *second,
    const float *bias, float *out);

/// As matrix products, without the bias.
bool zk_convolution_columns(
    ZKConvolutionResult result, ZKType type, const ZKConvolution *problem, const void *first, const void *second,
    void *out);
