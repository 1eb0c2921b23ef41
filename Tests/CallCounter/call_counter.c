// Counts calls by replacing the functions: definitions of an executable have precedence over those of its libraries,
// also for calls by these libraries.
#define _GNU_SOURCE
#include "call_counter.h"

#include <dlfcn.h>
#include <errno.h>
#include <features.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define SANITIZED
#endif
#endif

int call_counter_product_locks(void) {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
                 __builtin_cpu_supports("avx512vl")
             ? 0
             : 2;
#else
  return 2;
#endif
}

#if defined(__GLIBC__) && !defined(SANITIZED)

typedef struct {
  atomic_long allocations[2], locks[2], executions, arguments;
} tally;

// The record of this thread's calls, and whether the thread is inside of oneDNN.
static _Thread_local tally *current;
static _Thread_local int in_library;

static void count_allocation(void) {
  if (current) atomic_fetch_add(&current->allocations[in_library], 1);
}

static void count_lock(void) {
  if (current) atomic_fetch_add(&current->locks[in_library], 1);
}

// glibc's own functions, by their names for replacements.
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *bytes, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *bytes);

void *malloc(size_t size) {
  count_allocation();
  return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
  count_allocation();
  return __libc_calloc(count, size);
}

void *realloc(void *bytes, size_t size) {
  count_allocation();
  return __libc_realloc(bytes, size);
}

void *memalign(size_t alignment, size_t size) {
  count_allocation();
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **bytes, size_t alignment, size_t size) {
  void *const found = memalign(alignment, size);
  if (!found) return ENOMEM;
  *bytes = found;
  return 0;
}

void free(void *bytes) { __libc_free(bytes); }

// The function that this file replaces.
#define NEXT(NAME)                                         \
  static _Atomic(__typeof__(&NAME)) next;                  \
  if (!atomic_load(&next)) atomic_store(&next, (__typeof__(&NAME))dlsym(RTLD_NEXT, #NAME));

#define LOCK(NAME, TYPE)                \
  int NAME(TYPE *object) {              \
    NEXT(NAME)                          \
    count_lock();                       \
    return atomic_load(&next)(object);  \
  }

LOCK(pthread_mutex_lock, pthread_mutex_t)
LOCK(pthread_mutex_trylock, pthread_mutex_t)
LOCK(pthread_rwlock_rdlock, pthread_rwlock_t)
LOCK(pthread_rwlock_wrlock, pthread_rwlock_t)
LOCK(pthread_spin_lock, pthread_spinlock_t)
LOCK(sem_wait, sem_t)

int pthread_cond_wait(pthread_cond_t *condition, pthread_mutex_t *mutex) {
  NEXT(pthread_cond_wait)
  count_lock();
  return atomic_load(&next)(condition, mutex);
}

int dnnl_primitive_execute(const void *primitive, void *stream, int count, const void *arguments) {
  NEXT(dnnl_primitive_execute)
  if (current) {
    atomic_fetch_add(&current->executions, 1);
    atomic_fetch_add(&current->arguments, count);
  }
  const int before = in_library;
  in_library = 1;
  const int status = atomic_load(&next)(primitive, stream, count, arguments);
  in_library = before;
  return status;
}

// A parallel region whose threads count for the thread that started it.
typedef struct {
  void (*function)(void *);
  void *data;
  tally *tally;
  int in_library;
} region;

static void run_region(void *data) {
  const region *r = data;
  tally *const before = current;
  const int before_library = in_library;
  current = r->tally;
  in_library = r->in_library;
  r->function(r->data);
  current = before;
  in_library = before_library;
}

void GOMP_parallel(void (*function)(void *), void *data, unsigned threads, unsigned flags) {
  NEXT(GOMP_parallel)
  region r = {function, data, current, in_library};
  if (current)
    atomic_load(&next)(run_region, &r, threads, flags);
  else
    atomic_load(&next)(function, data, threads, flags);
}

int call_counter_works(void) { return 1; }

static void allocate(void *mutex) {
  pthread_mutex_lock(mutex);
  // The compiler would drop an unused function.
  void *volatile bytes = malloc(1);
  free(bytes);
  pthread_mutex_unlock(mutex);
}

void call_counter_try(int threads) {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  GOMP_parallel(allocate, &mutex, (unsigned)threads, 0);
}

static _Thread_local tally own;

void call_counter_begin(void) {
  memset(&own, 0, sizeof own);
  current = &own;
}

CallCounts call_counter_end(void) {
  current = NULL;
  return (CallCounts){
      .allocations = own.allocations[0], .locks = own.locks[0], .executions = own.executions,
      .arguments = own.arguments,
      .library_allocations = own.allocations[1], .library_locks = own.locks[1]};
}

#else

int call_counter_works(void) { return 0; }
void call_counter_begin(void) {}
void call_counter_try(int threads) { (void)threads; }
CallCounts call_counter_end(void) { return (CallCounts){0}; }

#endif
