#pragma once
#include "zk_types.h"

/// The values of one Adam step t (from 1).
typedef struct ZKAdam {
  /// The learning rate divided by 1 - beta1^t.
  double rate;
  /// The decay rates of the two moments.
  double beta1, beta2;
  /// The constant that keeps the denominator above zero.
  double epsilon;
  /// 1 / √(1 - beta2^t).
  double correction;
} ZKAdam;

/// One step of Adam (arXiv:1412.6980) in PyTorch's arrangement, for one tensor:
/// m' = β1 m + (1 - β1) g, v' = β2 v + (1 - β2) g², x' = x - rate · m' / (√v' · correction + ε).
bool zk_adam(
    ZKType type, ZKAdam settings, ptrdiff_t count, const void *x, const void *g, const void *m, const void *v,
    void *new_x, void *new_m, void *new_v);
