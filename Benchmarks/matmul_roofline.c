// Times a list of matrix products through oneDNN's matmul primitive, each created once, with plain row-major operands.
//
//     matmul_roofline CYCLES ITERATIONS < LIST
//
// LIST has a line "COUNT M N K A B" for each product of [M, K] and [K, N] that runs COUNT times in a cycle of
// ITERATIONS iterations; A and B are 1 if that operand is stored transposed. Prints the milliseconds and
// floating-point operations of one iteration as JSON.
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../Sources/COneDNN/shim.h"

enum { capacity = 256, warm_up = 5 };

typedef struct {
  int count;
  double operations;
  dnnl_primitive_t primitive;
  dnnl_exec_arg_t arguments[3];
} product;

static void check(dnnl_status_t status, const char *what) {
  if (status == dnnl_success) return;
  fprintf(stderr, "matmul_roofline: oneDNN could not %s (status %d)\n", what, (int)status);
  exit(1);
}

static dnnl_memory_t operand(dnnl_engine_t engine, zk_memory_desc *desc, long rows, long columns, int transposed) {
  const dnnl_dims_t dims = {rows, columns}, strides = {transposed ? 1 : columns, transposed ? rows : 1};
  dnnl_memory_t memory;
  void *data;
  check(zk_memory_desc_init(desc, 2, dims, strides), "describe an operand");
  if (posix_memalign(&data, 64, (size_t)(rows * columns) * sizeof(float))) abort();
  for (long i = 0; i < rows * columns; i++) ((float *)data)[i] = (float)(i % 13) / 13 - 0.5f;
  check(zk_memory_create(&memory, desc, engine), "create an operand");
  check(dnnl_memory_set_data_handle(memory, data), "place an operand");
  return memory;
}

static product make(dnnl_engine_t engine, int count, long m, long n, long k, int a, int b) {
  product p = {count, 2.0 * (double)count * (double)m * (double)n * (double)k, NULL, {{0, NULL}}};
  zk_memory_desc left, right, out;
  dnnl_primitive_desc_t desc;
  p.arguments[0] = (dnnl_exec_arg_t){DNNL_ARG_SRC, operand(engine, &left, m, k, a)};
  p.arguments[1] = (dnnl_exec_arg_t){DNNL_ARG_WEIGHTS, operand(engine, &right, k, n, b)};
  p.arguments[2] = (dnnl_exec_arg_t){DNNL_ARG_DST, operand(engine, &out, m, n, 0)};
  check(zk_matmul_desc_create(&desc, engine, &left, &right, NULL, &out, NULL), "describe a product");
  check(dnnl_primitive_create(&p.primitive, desc), "create a product");
  return p;
}

static double milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static double cycle(const product *products, int count, int iterations, dnnl_stream_t stream) {
  const double start = milliseconds();
  for (int i = 0; i < iterations; i++)
    for (int j = 0; j < count; j++)
      if (i < products[j].count)
        check(dnnl_primitive_execute(products[j].primitive, stream, 3, products[j].arguments), "run a product");
  check(dnnl_stream_wait(stream), "finish");
  return (milliseconds() - start) / iterations;
}

static int ascending(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

int main(int argc, char **argv) {
  const int cycles = argc == 3 ? atoi(argv[1]) : 0, iterations = argc == 3 ? atoi(argv[2]) : 0;
  product products[capacity];
  int count = 0, often, a, b;
  double operations = 0;
  long m, n, k;
  dnnl_engine_t engine;
  dnnl_stream_t stream;
  if (cycles < 1 || iterations < 1) {
    fprintf(stderr, "usage: matmul_roofline CYCLES ITERATIONS < LIST\n");
    return 2;
  }
  check(dnnl_engine_create(&engine, dnnl_cpu, 0), "create an engine");
  check(dnnl_stream_create(&stream, engine, dnnl_stream_default_flags), "create a stream");
  while (count < capacity && scanf("%d %ld %ld %ld %d %d", &often, &m, &n, &k, &a, &b) == 6) {
    products[count] = make(engine, often, m, n, k, a, b);
    operations += products[count++].operations;
  }
  double *times = calloc((size_t)cycles, sizeof(double));
  if (!times || count == 0 || !feof(stdin)) {
    fprintf(stderr, "matmul_roofline: the list is empty, too long or not understood after %d products\n", count);
    return 1;
  }
  for (int i = 0; i < warm_up; i++) cycle(products, count, iterations, stream);
  for (int i = 0; i < cycles; i++) times[i] = cycle(products, count, iterations, stream);
  qsort(times, (size_t)cycles, sizeof(double), ascending);
  printf("{\"framework\": \"oneDNN %d.%d matmul\", \"products\": %d, \"gigaflop\": %.4f, \"medianMilliseconds\": %.4f, "
         "\"p10Milliseconds\": %.4f, \"p90Milliseconds\": %.4f}\n",
         DNNL_VERSION_MAJOR, DNNL_VERSION_MINOR, count, operations / iterations / 1e9, times[cycles / 2],
         times[cycles / 10], times[cycles * 9 / 10]);
  return 0;
}
