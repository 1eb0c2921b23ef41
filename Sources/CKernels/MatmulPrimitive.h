// A float matrix product as oneDNN's matmul primitive, and the state of one run of it.
#pragma once
#include "../COneDNN/shim.h"
#include "include/zk_matmul.h"

/// A primitive for one problem; several threads may run it, each with its own operands.
///
/// oneDNN puts the columns of a product into the lanes of vector registers. Most lanes stay empty where the product has
/// few columns. Such a product is computed transposed: oneDNN computes the transpose, whose columns are the many rows,
/// into scratch space. Transposing it back also applies the bias, the accumulation and the activation.
typedef struct {
  ZKMatmul problem;
  bool is_turned;
  dnnl_primitive_t primitive;
  dnnl_primitive_desc_t desc;
  zk_memory_desc a, b, bias, out;
} matmul_primitive;

/// Memory objects whose buffers are set before a run, and a stream. For a transposed product also the output of oneDNN,
/// the bias, and the address of the result.
typedef struct {
  dnnl_stream_t stream;
  dnnl_memory_t a, b, bias, out, scratchpad;
  const float *product, *addend;
  float *result;
} matmul_operands;

/// Creates the primitive of `p->problem`, for the number of threads that is set now. False where oneDNN refuses.
bool zk_matmul_primitive_create(matmul_primitive *p);
void zk_matmul_primitive_destroy(matmul_primitive *p);

/// The bytes of scratch space of a run.
size_t zk_matmul_primitive_scratch(const matmul_primitive *p);

bool zk_matmul_operands_create(matmul_operands *o, const matmul_primitive *p);
void zk_matmul_operands_destroy(matmul_operands *o);

/// Sets the buffers of a run; scratch space is aligned to 64 bytes.
bool zk_matmul_place(
    const matmul_primitive *p, matmul_operands *o, const float *a, const float *b, const float *bias, float *out,
    void *scratch);

bool zk_matmul_execute(const matmul_primitive *p, const matmul_operands *o);
