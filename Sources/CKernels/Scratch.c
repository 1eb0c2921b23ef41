// Memory for kernels that are called outside of plans.
#include <pthread.h>
#include <stdlib.h>

#include "Internal.h"

static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static _Thread_local void *bytes;
static _Thread_local size_t size;

static void create_key(void) {
  if (pthread_key_create(&key, free) != 0) abort();
}

void *zk_scratch(size_t wanted) {
  if (wanted <= size) return bytes;
  pthread_once(&once, create_key);
  free(bytes);
  const size_t rounded = (wanted + 4095) / 4096 * 4096;
  bytes = aligned_alloc(64, rounded);
  size = bytes ? rounded : 0;
  pthread_setspecific(key, bytes);
  return bytes;
}
