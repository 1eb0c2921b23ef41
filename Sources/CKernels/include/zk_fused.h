#pragma once
#include "zk_elementwise.h"
#include "zk_reduce.h"

enum { ZKFusedMaxRank = 8, ZKFusedMaxSteps = 64, ZKFusedMaxTensors = 80, ZKFusedMaxReductions = 20 };

/// The function of one step of a fused loop, always elementwise: a ``ZKUnary``, ``ZKBinary`` or ``ZKCompare``, a
/// conversion, `condition ? a : b`, or the derivative of LeakyReLU.
ZK_ENUM(ZKFusedKind){
    ZKFusedKindUnary, ZKFusedKindBinary, ZKFusedKindCompare, ZKFusedKindCast, ZKFusedKindWhere,
    ZKFusedKindLeakyReluGrad,
};

/// One step. Its result has the bits of the separate kernel.
typedef struct ZKFusedStep {
  ZKFusedKind kind;
  /// The ``ZKUnary``, ``ZKBinary`` or ``ZKCompare``.
  int32_t function;
  /// The element type of the operands (of the last, where there is a condition), and of the result.
  ZKType type, result;
  /// The parameters of a unary function; a is the slope of the derivative of LeakyReLU.
  double a, b;
  /// i >= 0 means the result of step i, i < 0 the tensor ~i.
  int32_t operands[3];
  /// The tensor to which the result is written, or -1.
  int32_t output;
} ZKFusedStep;

/// Memory that a loop reads or writes, with a stride for each dimension in elements; 0 where elements repeat. Inputs
/// may have any strides; outputs are contiguous.
typedef struct ZKFusedTensor {
  ZKType type;
  void *pointer;
  ptrdiff_t strides[ZKFusedMaxRank];
} ZKFusedTensor;

/// The reduction of a step's result (or of a tensor) to fewer dimensions: sum, mean, max or min.
typedef struct ZKFusedReduction {
  ZKReduce op;
  /// As an operand of a step, of element type `type`, float or double.
  int32_t operand;
  ZKType type;
  /// The strides of y; 0 along the dimensions that are reduced.
  ptrdiff_t strides[ZKFusedMaxRank];
  /// The number of elements of y, and the number reduced to each.
  ptrdiff_t count, reduced;
  void *y;
} ZKFusedReduction;

/// A loop over a space that runs steps block by block. Intermediate values stay in the first-level cache.
typedef struct ZKFusedLoop {
  int32_t rank, step_count, tensor_count, reduction_count;
  ptrdiff_t dims[ZKFusedMaxRank];
  ZKFusedStep steps[ZKFusedMaxSteps];
  ZKFusedTensor tensors[ZKFusedMaxTensors];
  ZKFusedReduction reductions[ZKFusedMaxReductions];
} ZKFusedLoop;

typedef struct ZKFused ZKFused;

/// Prepares a loop for many runs on `threads` threads without allocations or locks. Null where a step or a reduction
/// has no kernel or an output is not contiguous.
///
/// An output may be the memory of an input with the same strides and element size, if no later step and no reduction
/// reads it.
ZKFused *zk_fused_prepare(const ZKFusedLoop *loop, int threads);

/// Runs a ``ZKFused``. Only one thread at a time may run it.
bool zk_fused_run(void *fused);

/// Frees the result of ``zk_fused_prepare``.
void zk_fused_release(ZKFused *fused);
