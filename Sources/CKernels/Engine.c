#include "Engine.h"

#include <pthread.h>

static dnnl_engine_t engine;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void create(void) {
  if (dnnl_engine_create(&engine, dnnl_cpu, 0) != dnnl_success) engine = NULL;
}

dnnl_engine_t zk_engine(void) {
  pthread_once(&once, create);
  return engine;
}
