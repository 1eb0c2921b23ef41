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
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define SANITIZED
#endif
#endif

#if defined(__GLIBC__) && !defined(SANITIZED)

typedef struct {
  atomic_long allocations, locks;
} tally;

// The threads whose calls are counted, by the system's numbers.
enum { most_counted = 64 };
static struct {
  atomic_int thread;
  tally tally;
} counted[most_counted];
static atomic_int counting;

// The thread whose calls this thread's belong to: the owner of its team, whose number is in the name of a worker, or
// the thread itself.
static int owner(void) {
  static _Thread_local int known;
  char name[16] = "";
  if (known) return known;
  if (prctl(PR_GET_NAME, name) != 0 || sscanf(name, "zk %d/", &known) != 1) known = (int)syscall(SYS_gettid);
  return known;
}

static tally *current(void) {
  if (atomic_load(&counting) == 0) return NULL;
  for (int i = 0, thread = owner(); i < most_counted; i++)
    if (atomic_load(&counted[i].thread) == thread) return &counted[i].tally;
  return NULL;
}

static void count_allocation(void) {
  tally *const t = current();
  if (t) atomic_fetch_add(&t->allocations, 1);
}

static void count_lock(void) {
  tally *const t = current();
  if (t) atomic_fetch_add(&t->locks, 1);
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

int call_counter_works(void) { return 1; }

// The team of the kernels.
void zk_run_parts(int parts, void (*function)(const void *, int), const void *context);

static void allocate(const void *mutex, int part) {
  (void)part;
  pthread_mutex_lock((pthread_mutex_t *)mutex);
  // The compiler would drop an unused function.
  void *volatile bytes = malloc(1);
  free(bytes);
  pthread_mutex_unlock((pthread_mutex_t *)mutex);
}

void call_counter_try(int threads) {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  zk_run_parts(threads, allocate, &mutex);
}

void call_counter_begin(void) {
  const int thread = owner();
  for (int i = 0; i < most_counted; i++) {
    int nobody = 0;
    if (!atomic_compare_exchange_strong(&counted[i].thread, &nobody, -1)) continue;
    memset(&counted[i].tally, 0, sizeof counted[i].tally);
    atomic_store(&counted[i].thread, thread);
    atomic_fetch_add(&counting, 1);
    return;
  }
  abort();
}

CallCounts call_counter_end(void) {
  tally *const t = current();
  const CallCounts counts = {.allocations = t->allocations, .locks = t->locks};
  atomic_fetch_sub(&counting, 1);
  for (int i = 0; i < most_counted; i++)
    if (t == &counted[i].tally) atomic_store(&counted[i].thread, 0);
  return counts;
}

#else

int call_counter_works(void) { return 0; }
void call_counter_begin(void) {}
void call_counter_try(int threads) { (void)threads; }
CallCounts call_counter_end(void) { return (CallCounts){0}; }

#endif
