// The threads that compute: a team for each thread that calls kernels.
//
// Work is divided into parts by fixed rules. Its bits do not depend on the thread that computes a part. A thread begins
// with its own part, whose data are in its core's cache, and continues with parts that nobody has begun. So does the
// caller: it waits for a thread that the system does not run only while that thread is inside a part.
//
// A thread that waits spins for microseconds and then sleeps on a futex. Its core is then free. The system moves a
// thread that it has interrupted there.
#define _GNU_SOURCE
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "Internal.h"
#include "include/zk_threads.h"

enum { most_threads = ZKMostThreads };

// The time for which a worker waits for the next job, and the caller for the last part, before they sleep. Waking a
// thread takes longer than most pauses of a training step. Docs/Results.md has the cost of other times.
enum { worker_spin = 40000, caller_spin = 30000 };

// Set in `finished` while the caller sleeps.
static const uint32_t asleep = 1u << 31;

typedef struct team {
  // The parts that nobody has begun. The other fields of the job are valid for a thread that has taken a part.
  _Alignas(64) atomic_uint_fast64_t open;
  zk_part_function function;
  const void *context;
  uint32_t parts;
  // The number of jobs so far. Workers sleep on it.
  _Alignas(64) atomic_uint posted;
  atomic_uint sleepers;
  atomic_bool ends;
  // The number of finished parts. The caller sleeps on it.
  _Alignas(64) atomic_uint finished;
  // The system's number of the owner's thread.
  int owner;
  // The workers, which have the indices from 1.
  int size;
  pthread_t workers[most_threads];
} team;

typedef struct {
  team *team;
  int index;
  sigset_t blocked;
} start;

static pthread_key_t team_key;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static _Thread_local team *own;
// Whether the thread computes a part. What it calls runs on this thread alone.
static _Thread_local bool is_inside;

// Waits until the word changes; may return earlier.
static void spin(atomic_uint *word, uint32_t value, uint64_t nanoseconds) {
  const uint64_t end = zk_now() + nanoseconds;
  do {
    for (int i = 0; i < 16; i++) {
      if (atomic_load_explicit(word, memory_order_acquire) != value) return;
      zk_pause();
    }
  } while (zk_now() < end);
}

static void sleep_on(atomic_uint *word, uint32_t value) {
  syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0);
}

static void wake(atomic_uint *word, int count) { syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, NULL, NULL, 0); }

// Takes the next part after `first` that nobody has begun; -1 if there is none.
static int take(team *t, int first) {
  uint_fast64_t open = atomic_load_explicit(&t->open, memory_order_acquire);
  while (open) {
    const int part = (first + __builtin_ctzll(__builtin_rotateright64(open, (uint64_t)first))) % most_threads;
    if (atomic_compare_exchange_weak_explicit(
            &t->open, &open, open & ~(1ull << part), memory_order_acquire, memory_order_acquire))
      return part;
  }
  return -1;
}

static void work(team *t, int first) {
  is_inside = true;
  for (int part; (part = take(t, first)) >= 0;) {
    const uint32_t parts = t->parts;
    t->function(t->context, part);
    if (atomic_fetch_add_explicit(&t->finished, 1, memory_order_acq_rel) + 1 == (parts | asleep))
      wake(&t->finished, 1);
  }
  is_inside = false;
}

static void *run_worker(void *argument) {
  const start s = *(start *)argument;
  team *t = s.team;
  free(argument);
  pthread_sigmask(SIG_SETMASK, &s.blocked, NULL);
  // The owner's thread and the index, for people who look at threads.
  char name[16];
  snprintf(name, sizeof name, "zk %d/%d", t->owner, s.index);
  pthread_setname_np(pthread_self(), name);
  for (;;) {
    const uint32_t posted = atomic_load(&t->posted);
    work(t, s.index);
    spin(&t->posted, posted, worker_spin);
    if (atomic_load(&t->ends)) return NULL;
    if (atomic_load(&t->posted) != posted) continue;
    atomic_fetch_add(&t->sleepers, 1);
    sleep_on(&t->posted, posted);
    atomic_fetch_sub(&t->sleepers, 1);
  }
}

static void post(team *t, int workers) {
  atomic_fetch_add(&t->posted, 1);
  if (atomic_load(&t->sleepers) > 0) wake(&t->posted, workers);
}

static void end_team(void *value) {
  team *t = value;
  atomic_store(&t->ends, true);
  post(t, most_threads);
  for (int i = 1; i < t->size; i++) pthread_join(t->workers[i], NULL);
  free(t);
}

// In a new process, only the thread that forked exists. Its team starts anew.
static void forget_team(void) {
  own = NULL;
  pthread_setspecific(team_key, NULL);
}

static void prepare(void) {
  if (pthread_key_create(&team_key, end_team) != 0) abort();
  pthread_atfork(NULL, NULL, forget_team);
}

// Starts workers until the team has `size` threads, or as many as the system allows. Null if there is no memory.
static team *grow(int size) {
  pthread_once(&once, prepare);
  if (!own) {
    team *t = aligned_alloc(_Alignof(team), sizeof *t);
    if (!t) return NULL;
    memset(t, 0, sizeof *t);
    t->size = 1;
    t->owner = (int)syscall(SYS_gettid);
    own = t;
    pthread_setspecific(team_key, t);
  }
  // A worker starts with all signals blocked. It then takes those that its own instructions raise, and SIGPROF if its
  // owner does, for profilers. Other signals go to threads of the host.
  static const int raised[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS};
  sigset_t all, before, blocked;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  blocked = all;
  for (size_t i = 0; i < sizeof raised / sizeof *raised; i++) sigdelset(&blocked, raised[i]);
  if (!sigismember(&before, SIGPROF)) sigdelset(&blocked, SIGPROF);
  while (own->size < size) {
    start *s = malloc(sizeof *s);
    if (s) *s = (start){own, own->size, blocked};
    if (!s || pthread_create(&own->workers[own->size], NULL, run_worker, s) != 0) {
      free(s);
      break;
    }
    own->size++;
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return own;
}

static void run_together(team *t, int parts, zk_part_function function, const void *context) {
  t->function = function;
  t->context = context;
  t->parts = (uint32_t)parts;
  atomic_store_explicit(&t->finished, 0, memory_order_relaxed);
  atomic_store_explicit(&t->open, ~0ull >> (most_threads - parts), memory_order_release);
  post(t, parts - 1);
  work(t, 0);
  const uint64_t end = zk_now() + caller_spin;
  uint32_t finished;
  while ((finished = atomic_load_explicit(&t->finished, memory_order_acquire)) != t->parts && zk_now() < end)
    spin(&t->finished, finished, caller_spin);
  if (finished == t->parts) return;
  finished = atomic_fetch_or(&t->finished, asleep) | asleep;
  while (finished != (t->parts | asleep)) {
    sleep_on(&t->finished, finished);
    finished = atomic_load_explicit(&t->finished, memory_order_acquire);
  }
}

void zk_run_parts(int parts, zk_part_function function, const void *context) {
  team *t = own;
  const bool is_shared = parts > 1 && parts <= most_threads && !is_inside;
  if (is_shared && (!t || t->size < parts)) t = grow(parts);
  if (is_shared && t) return run_together(t, parts, function, context);
  for (int part = 0; part < parts; part++) function(context, part);
}
