/// Vectorised, multithreaded kernels on dense tensors: plain C11 over raw buffers.
///
/// Rules for every function here:
/// - Buffers are contiguous (row-major) unless a layout says otherwise. Results need no initialisation.
/// - Elementwise functions, `zk_adam` and the normalisations may write over an input of the result's size and type.
///   Otherwise outputs must not overlap inputs.
/// - Work is partitioned by shape and thread count alone: equal inputs always give equal bits. Except
///   for sums in fused loops, the bits are the same for every thread count.
/// - A function that returns `bool` returns false when it has no kernel for the given types.
#pragma once

#include "zk_batch_norm.h"
#include "zk_convolution.h"
#include "zk_copy.h"
#include "zk_indexing.h"
#include "zk_elementwise.h"
#include "zk_fused.h"
#include "zk_instruction.h"
#include "zk_layout.h"
#include "zk_matmul.h"
#include "zk_optimizer.h"
#include "zk_peak.h"
#include "zk_platform.h"
#include "zk_pooling.h"
#include "zk_reduce.h"
#include "zk_row_norm.h"
#include "zk_scan.h"
#include "zk_softmax.h"
#include "zk_threads.h"
#include "zk_top_k.h"
#include "zk_types.h"
#include "zk_window.h"
