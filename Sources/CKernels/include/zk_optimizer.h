#pragma once
#include "zk_types.h"

/// The settings of one Adam step. The bias corrections are 1 - beta^t for the step t (from 1) being made.
typedef struct ZKAdam {
  double rate, beta1, beta2, epsilon, correction1, correction2;
} ZKAdam;

/// One step of Adam (arXiv:1412.6980) in PyTorch's arrangement, for one tensor:
/// m' = β1 m + (1 - β1) g, v' = β2 v + (1 - β2) g², x' = x - rate / correction1 · m' / (√v' / √correction2 + ε).
bool zk_adam(
    ZKType type, ZKAdam settings, ptrdiff_t count, const void *x, const void *g, const void *m, const void *v,
    void *new_x, void *new_m, void *new_v);
