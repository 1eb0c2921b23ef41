#pragma once
#include "zk_types.h"

/// Rows that are normalised independently. A row has `channels` channels of `spatial` neighbours. Row r is the part r
/// mod `groups` of a sample: its first channel is (r mod groups) * channels.
///
/// Layer normalisation: groups = spatial = 1. Instance normalisation: channels = 1, groups = all channels.
typedef struct ZKRowNormShape {
  ptrdiff_t rows, groups, channels, spatial;
} ZKRowNormShape;

/// y = (x - mean) / sqrt(variance + epsilon) * scale + bias, with the mean and the biased variance of the row. If
/// `is_centred` is false, the mean is 0 (RMS normalisation).
///
/// `scale` and `bias` (which may be null) have groups * channels values. If not null, `mean` and `inverse_deviation`
/// receive one value per row.
bool zk_row_norm(
    ZKType type, ZKRowNormShape shape, bool is_centred, double epsilon, const void *x, const void *scale,
    const void *bias, void *y, float *mean, float *inverse_deviation);
