// The part of oneDNN's C API that the kernels use, the same for 2.x (operation descriptors, opaque structs to fill) and
// 3.x (opaque handles).
#pragma once
#include <dnnl.h>
#include <stdbool.h>
#include <string.h>

/// 2.x: a struct; 3.x: a handle.
typedef dnnl_memory_desc_t zk_memory_desc;

/// The geometry of a convolution: for each spatial axis its stride, the gap between positions of the window, and the
/// padding at either end.
typedef struct {
  dnnl_dims_t strides, gaps, before, after;
} zk_convolution_window;

/// The memory layout of a tensor: strides of axes, counted in blocks, and the blocks from the outermost to the
/// innermost.
typedef struct {
  int rank, blocks;
  dnnl_dims_t dims, padded, strides, block_sizes, block_axes;
} zk_blocking;

#if DNNL_VERSION_MAJOR >= 3

/// A descriptor as an argument of functions and as a result of queries.
typedef const_dnnl_memory_desc_t zk_memory_desc_ref;

static inline zk_memory_desc_ref zk_ref(const zk_memory_desc *desc) { return *desc; }

static inline void zk_memory_desc_destroy(zk_memory_desc *desc) { dnnl_memory_desc_destroy(*desc); }

/// Creates a descriptor that leaves the layout to the primitive.
static inline dnnl_status_t zk_memory_desc_init_any(zk_memory_desc *desc, int rank, const dnnl_dims_t dims) {
  return dnnl_memory_desc_create_with_tag(desc, rank, dims, dnnl_f32, dnnl_format_tag_any);
}

/// Returns false unless the layout consists of strides and blocks.
static inline bool zk_memory_desc_blocking(zk_memory_desc_ref desc, zk_blocking *result) {
  dnnl_format_kind_t kind;
  dnnl_dim_t offset;
  dnnl_dims_t *dims, *padded, *strides, *sizes, *axes;
  const bool ok = dnnl_memory_desc_query(desc, dnnl_query_format_kind, &kind) == dnnl_success && kind == dnnl_blocked
      && dnnl_memory_desc_query(desc, dnnl_query_submemory_offset_s64, &offset) == dnnl_success && offset == 0
      && dnnl_memory_desc_query(desc, dnnl_query_ndims_s32, &result->rank) == dnnl_success
      && dnnl_memory_desc_query(desc, dnnl_query_inner_nblks_s32, &result->blocks) == dnnl_success
      && dnnl_memory_desc_query(desc, dnnl_query_dims, &dims) == dnnl_success
      && dnnl_memory_desc_query(desc, dnnl_query_padded_dims, &padded) == dnnl_success
      && dnnl_memory_desc_query(desc, dnnl_query_strides, &strides) == dnnl_success
      && dnnl_memory_desc_query(desc, dnnl_query_inner_blks, &sizes) == dnnl_success
      && dnnl_memory_desc_query(desc, dnnl_query_inner_idxs, &axes) == dnnl_success;
  if (!ok) return false;
  memcpy(result->dims, *dims, sizeof *dims);
  memcpy(result->padded, *padded, sizeof *padded);
  memcpy(result->strides, *strides, sizeof *strides);
  memcpy(result->block_sizes, *sizes, sizeof *sizes);
  memcpy(result->block_axes, *axes, sizeof *axes);
  return true;
}

static inline dnnl_status_t zk_convolution_forward_create(
    dnnl_primitive_desc_t *desc, dnnl_engine_t engine, const zk_memory_desc *x, const zk_memory_desc *w,
    const zk_memory_desc *bias, const zk_memory_desc *y, const zk_convolution_window *window,
    const_dnnl_primitive_attr_t attributes) {
  return dnnl_convolution_forward_primitive_desc_create(
      desc, engine, dnnl_forward_training, dnnl_convolution_direct, *x, *w, bias ? *bias : NULL, *y, window->strides,
      window->gaps, window->before, window->after, attributes);
}

// oneDNN has a function for each direction, with other operands.
static inline dnnl_status_t zk_convolution_data_create(
    dnnl_primitive_desc_t *desc, dnnl_engine_t engine, const zk_memory_desc *x, const zk_memory_desc *w,
    const zk_memory_desc *y, const zk_convolution_window *window, const_dnnl_primitive_desc_t forward,
    const_dnnl_primitive_attr_t attributes) {
  return dnnl_convolution_backward_data_primitive_desc_create(
      desc, engine, dnnl_convolution_direct, *x, *w, *y, window->strides, window->gaps, window->before, window->after,
      forward, attributes);
}

static inline dnnl_status_t zk_convolution_weights_create(
    dnnl_primitive_desc_t *desc, dnnl_engine_t engine, const zk_memory_desc *x, const zk_memory_desc *w,
    const zk_memory_desc *y, const zk_convolution_window *window, const_dnnl_primitive_desc_t forward,
    const_dnnl_primitive_attr_t attributes) {
  return dnnl_convolution_backward_weights_primitive_desc_create(
      desc, engine, dnnl_convolution_direct, *x, *w, NULL, *y, window->strides, window->gaps, window->before,
      window->after, forward, attributes);
}

static inline dnnl_status_t zk_memory_desc_init(
    zk_memory_desc *desc, int rank, const dnnl_dims_t dims, const dnnl_dims_t strides) {
  return dnnl_memory_desc_create_with_strides(desc, rank, dims, dnnl_f32, strides);
}

static inline dnnl_status_t zk_memory_create(dnnl_memory_t *memory, const zk_memory_desc *desc, dnnl_engine_t engine) {
  return dnnl_memory_create(memory, *desc, engine, DNNL_MEMORY_NONE);
}

static inline dnnl_status_t zk_matmul_desc_create(
    dnnl_primitive_desc_t *desc, dnnl_engine_t engine, const zk_memory_desc *a, const zk_memory_desc *b,
    const zk_memory_desc *bias, const zk_memory_desc *out, const_dnnl_primitive_attr_t attributes) {
  return dnnl_matmul_primitive_desc_create(desc, engine, *a, *b, bias ? *bias : NULL, *out, attributes);
}

static inline dnnl_status_t zk_append_sum(dnnl_post_ops_t operations, float scale) {
  return dnnl_post_ops_append_sum(operations, scale, 0, dnnl_data_type_undef);
}

static inline dnnl_status_t zk_append_scale(dnnl_post_ops_t operations, float scale) {
  return dnnl_post_ops_append_eltwise(operations, dnnl_eltwise_linear, scale, 0);
}

static inline dnnl_status_t zk_append_leaky_relu(dnnl_post_ops_t operations, float slope) {
  return dnnl_post_ops_append_eltwise(operations, dnnl_eltwise_relu, slope, 0);
}

#else

typedef const dnnl_memory_desc_t *zk_memory_desc_ref;

static inline zk_memory_desc_ref zk_ref(const zk_memory_desc *desc) { return desc; }

static inline void zk_memory_desc_destroy(zk_memory_desc *desc) { (void)desc; }

static inline dnnl_status_t zk_memory_desc_init_any(zk_memory_desc *desc, int rank, const dnnl_dims_t dims) {
  return dnnl_memory_desc_init_by_tag(desc, rank, dims, dnnl_f32, dnnl_format_tag_any);
}

/// Returns false unless the layout consists of strides and blocks.
static inline bool zk_memory_desc_blocking(zk_memory_desc_ref desc, zk_blocking *result) {
  const dnnl_blocking_desc_t *blocking = &desc->format_desc.blocking;
  if (desc->format_kind != dnnl_blocked || desc->offset0 != 0 || desc->extra.flags != 0) return false;
  result->rank = desc->ndims;
  result->blocks = blocking->inner_nblks;
  memcpy(result->dims, desc->dims, sizeof desc->dims);
  memcpy(result->padded, desc->padded_dims, sizeof desc->dims);
  memcpy(result->strides, blocking->strides, sizeof desc->dims);
  memcpy(result->block_sizes, blocking->inner_blks, sizeof desc->dims);
  memcpy(result->block_axes, blocking->inner_idxs, sizeof desc->dims);
  return true;
}

static inline dnnl_status_t zk_convolution_forward_create(
    dnnl_primitive_desc_t *desc, dnnl_engine_t engine, const zk_memory_desc *x, const zk_memory_desc *w,
    const zk_memory_desc *bias, const zk_memory_desc *y, const zk_convolution_window *window,
    const_dnnl_primitive_attr_t attributes) {
  dnnl_convolution_desc_t operation;
  dnnl_status_t status = dnnl_dilated_convolution_forward_desc_init(
      &operation, dnnl_forward_training, dnnl_convolution_direct, x, w, bias, y, window->strides, window->gaps,
      window->before, window->after);
  return status == dnnl_success ? dnnl_primitive_desc_create(desc, &operation, attributes, engine, NULL) : status;
}

static inline dnnl_status_t zk_convolution_data_create(
    dnnl_primitive_desc_t *desc, dnnl_engine_t engine, const zk_memory_desc *x, const zk_memory_desc *w,
    const zk_memory_desc *y, const zk_convolution_window *window, const_dnnl_primitive_desc_t forward,
    const_dnnl_primitive_attr_t attributes) {
  dnnl_convolution_desc_t operation;
  dnnl_status_t status = dnnl_dilated_convolution_backward_data_desc_init(
      &operation, dnnl_convolution_direct, x, w, y, window->strides, window->gaps, window->before, window->after);
  return status == dnnl_success ? dnnl_primitive_desc_create(desc, &operation, attributes, engine, forward) : status;
}

static inline dnnl_status_t zk_convolution_weights_create(
    dnnl_primitive_desc_t *desc, dnnl_engine_t engine, const zk_memory_desc *x, const zk_memory_desc *w,
    const zk_memory_desc *y, const zk_convolution_window *window, const_dnnl_primitive_desc_t forward,
    const_dnnl_primitive_attr_t attributes) {
  dnnl_convolution_desc_t operation;
  dnnl_status_t status = dnnl_dilated_convolution_backward_weights_desc_init(
      &operation, dnnl_convolution_direct, x, w, NULL, y, window->strides, window->gaps, window->before,
      window->after);
  return status == dnnl_success ? dnnl_primitive_desc_create(desc, &operation, attributes, engine, forward) : status;
}

static inline dnnl_status_t zk_memory_desc_init(
    zk_memory_desc *desc, int rank, const dnnl_dims_t dims, const dnnl_dims_t strides) {
  return dnnl_memory_desc_init_by_strides(desc, rank, dims, dnnl_f32, strides);
}

static inline dnnl_status_t zk_memory_create(dnnl_memory_t *memory, const zk_memory_desc *desc, dnnl_engine_t engine) {
  return dnnl_memory_create(memory, desc, engine, DNNL_MEMORY_NONE);
}

static inline dnnl_status_t zk_matmul_desc_create(
    dnnl_primitive_desc_t *desc, dnnl_engine_t engine, const zk_memory_desc *a, const zk_memory_desc *b,
    const zk_memory_desc *bias, const zk_memory_desc *out, const_dnnl_primitive_attr_t attributes) {
  dnnl_matmul_desc_t operation;
  dnnl_status_t status = dnnl_matmul_desc_init(&operation, a, b, bias, out);
  return status == dnnl_success ? dnnl_primitive_desc_create(desc, &operation, attributes, engine, NULL) : status;
}

static inline dnnl_status_t zk_append_sum(dnnl_post_ops_t operations, float scale) {
  return dnnl_post_ops_append_sum(operations, scale);
}

static inline dnnl_status_t zk_append_scale(dnnl_post_ops_t operations, float scale) {
  return dnnl_post_ops_append_eltwise(operations, 1, dnnl_eltwise_linear, scale, 0);
}

static inline dnnl_status_t zk_append_leaky_relu(dnnl_post_ops_t operations, float slope) {
  return dnnl_post_ops_append_eltwise(operations, 1, dnnl_eltwise_relu, slope, 0);
}

#endif

static inline size_t zk_scratchpad_size(const_dnnl_primitive_desc_t desc) {
  return dnnl_memory_desc_get_size(dnnl_primitive_desc_query_md(desc, dnnl_query_scratchpad_md, 0));
}

static inline dnnl_status_t zk_scratchpad_create(
    dnnl_memory_t *memory, const_dnnl_primitive_desc_t desc, dnnl_engine_t engine, void *buffer) {
  return dnnl_memory_create(memory, dnnl_primitive_desc_query_md(desc, dnnl_query_scratchpad_md, 0), engine, buffer);
}
