// The part of oneDNN's C API that the kernels use, the same for 2.x (operation descriptors, opaque structs to fill) and
// 3.x (opaque handles).
#pragma once
#include <dnnl.h>

/// 2.x: a struct; 3.x: a handle.
typedef dnnl_memory_desc_t zk_memory_desc;

#if DNNL_VERSION_MAJOR >= 3

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

#else

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

#endif

static inline size_t zk_scratchpad_size(const_dnnl_primitive_desc_t desc) {
  return dnnl_memory_desc_get_size(dnnl_primitive_desc_query_md(desc, dnnl_query_scratchpad_md, 0));
}

static inline dnnl_status_t zk_scratchpad_create(
    dnnl_memory_t *memory, const_dnnl_primitive_desc_t desc, dnnl_engine_t engine, void *buffer) {
  return dnnl_memory_create(memory, dnnl_primitive_desc_query_md(desc, dnnl_query_scratchpad_md, 0), engine, buffer);
}
