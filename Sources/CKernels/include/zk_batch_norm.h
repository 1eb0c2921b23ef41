#pragma once
#include "zk_types.h"

/// The shape [samples, channels, spatial] of a batch normalisation's input; spatial is 1 for plain vectors.
typedef struct ZKBatchNormShape {
  ptrdiff_t samples, channels, spatial;
} ZKBatchNormShape;

/// ONNX BatchNormalization in training mode: normalises with the batch's mean and biased variance, and updates the
/// running statistics: new = running * momentum + batch * (1 - momentum). All vectors have `channels` elements.
bool zk_batch_norm_training(
    ZKType type, ZKBatchNormShape shape, double epsilon, double momentum, const void *x, const void *scale,
    const void *bias, const void *running_mean, const void *running_variance, void *y, void *new_mean,
    void *new_variance);

/// ONNX BatchNormalization in inference mode: y = (x - mean) / sqrt(variance + epsilon) * scale + bias, by channel.
bool zk_batch_norm_inference(
    ZKType type, ZKBatchNormShape shape, double epsilon, const void *x, const void *scale, const void *bias,
    const void *mean, const void *variance, void *y);
