#pragma once
#include "zk_elementwise.h"
#include "zk_reduce.h"

enum { ZKFusedMaxRank = 8, ZKFusedMaxSteps = 64, ZKFusedMaxTensors = 80, ZKFusedMaxReductions = 20 };

/// What one step of a fused loop does with its operands, all elementwise:
/// a ``ZKUnary``, ``ZKBinary`` or ``ZKCompare``, a conversion, `condition ? a : b`, or the derivative of LeakyReLU.
ZK_ENUM(ZKFusedKind){
    ZKFusedKindUnary, ZKFusedKindBinary, ZKFusedKindCompare, ZKFusedKindCast, ZKFusedKindWhere,
    ZKFusedKindLeakyReluGrad,
};

/// One step. Its result has the bits of the kernel that does the same alone.
typedef struct ZKFusedStep {
  ZKFusedKind kind;
  /// The ``ZKUnary``, ``ZKBinary`` or ``ZKCompare``.
  int32_t function;
  /// The element type of the operands (of the last, where there is a condition), and of the result.
  ZKType type, result;
  /// The parameters of a unary function; a is the slope of the derivative of LeakyReLU.
  double a, b;
  /// i >= 0 stands for the result of step i, i < 0 for the tensor ~i.
  int32_t operands[3];
  /// The tensor to which the result is written, or -1.
  int32_t output;
} ZKFusedStep;

/// Memory that a loop reads or writes, with a stride for each dimension in elements; 0 where elements repeat. What is read
/// may lie in any way; what is written is contiguous.
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
  /// The elements of y, and how many are reduced to each.
  ptrdiff_t count, reduced;
  void *y;
} ZKFusedReduction;

/// A loop over a space that runs steps block by block, so that what is in between stays in the first-level cache.
typedef struct ZKFusedLoop {
  int32_t rank, step_count, tensor_count, reduction_count;
  ptrdiff_t dims[ZKFusedMaxRank];
  ZKFusedStep steps[ZKFusedMaxSteps];
  ZKFusedTensor tensors[ZKFusedMaxTensors];
  ZKFusedReduction reductions[ZKFusedMaxReductions];
} ZKFusedLoop;

typedef struct ZKFused ZKFused;

/// Prepares a loop to be run many times on `threads` threads without allocating or locking. Null where a step or a reduction
/// has no kernel or what is written is not contiguous.
///
/// A tensor that is written may be the memory of one that is read with the same strides and element size, by no later step
/// and no reduction.
ZKFused *zk_fused_prepare(const ZKFusedLoop *loop, int threads);

/// Runs a ``ZKFused``, which one thread at a time may do.
bool zk_fused_run(void *fused);

/// Gives back what ``zk_fused_prepare`` made.
void zk_fused_release(ZKFused *fused);
