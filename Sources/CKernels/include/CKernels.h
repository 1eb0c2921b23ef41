/// Vectorised, multithreaded kernels on dense little tensors: plain C11 over raw buffers, with no allocation of results.
///
/// Rules that hold for every function here:
/// - Buffers are contiguous (row-major) unless a layout says otherwise; results never need to be initialised.
/// - An output may be the same buffer as an input of the same size (in place), but must not overlap one in any other way.
/// - Work is partitioned by shape and thread count alone, so equal inputs give equal bits, always. Elementwise functions and
///   reductions give the same bits for every thread count.
/// - A function that returns `bool` returns false, and touches nothing, when it has no kernel for the types it was given.
#pragma once

#include "zk_batch_norm.h"
#include "zk_copy.h"
#include "zk_elementwise.h"
#include "zk_layout.h"
#include "zk_matmul.h"
#include "zk_optimizer.h"
#include "zk_reduce.h"
#include "zk_threads.h"
#include "zk_types.h"
