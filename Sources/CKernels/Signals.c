// Signals while oneDNN's kernels run, and on the threads of a team.
//
// Kernels that oneDNN generates keep data in the stack register while they compute
// (github.com/uxlfoundation/oneDNN/issues/4845). The operating system's signal frame on that stack would overwrite
// tensors. No signal is therefore taken on the stack of a thread that runs them. All signals that can wait do so.
// SIGPROF, which profilers need, goes to handlers with a stack of their own (SA_ONSTACK), and each thread gets one.
// Signals that an instruction of the thread raises (SIGSEGV, ...) can't wait.
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include "Internal.h"

typedef struct {
  void *bytes;
  size_t size;
} stack;

// The signals that wait, with and without SIGPROF: all but those that an instruction of the thread raises.
static sigset_t all, all_but_profiling;
static pthread_key_t stack_key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

// The number of nested calls that block signals, and the thread's mask before the first.
static _Thread_local int depth;
static _Thread_local sigset_t before;
static _Thread_local bool has_stack;
static _Thread_local stack own;

// Frees the stack of a thread that ends, unless a handler's owner has replaced it.
static void release_stack(void *value) {
  const stack *s = value;
  stack_t current;
  if (sigaltstack(NULL, &current) == 0 && current.ss_sp == s->bytes)
    sigaltstack(&(stack_t){.ss_flags = SS_DISABLE}, NULL);
  munmap(s->bytes, s->size);
}

static void prepare(void) {
  static const int at_once[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS};
  sigfillset(&all);
  for (size_t i = 0; i < sizeof at_once / sizeof *at_once; i++) sigdelset(&all, at_once[i]);
  all_but_profiling = all;
  // Without a key, the stack would outlive its thread.
  if (pthread_key_create(&stack_key, release_stack) == 0) sigdelset(&all_but_profiling, SIGPROF);
}

// Ensures that the thread has an alternate stack. False where there is no memory for one.
static bool ensure_stack(void) {
  stack_t current;
  if (has_stack) return true;
  if (sigaltstack(NULL, &current) != 0) return false;
  if (current.ss_flags & SS_DISABLE) {
    const long least = sysconf(_SC_SIGSTKSZ), page = sysconf(_SC_PAGESIZE);
    const size_t size = (size_t)zk_max(65536, (least + page - 1) / page * page);
    void *bytes = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (bytes == MAP_FAILED) return false;
    own = (stack){bytes, size};
    if (sigaltstack(&(stack_t){.ss_sp = bytes, .ss_size = size}, NULL) != 0) {
      munmap(bytes, size);
      return false;
    }
    // The stack outlives its thread where the key can't be set.
    pthread_setspecific(stack_key, &own);
  }
  return has_stack = true;
}

static bool can_profile(void) {
  pthread_once(&once, prepare);
  return !sigismember(&all_but_profiling, SIGPROF) && ensure_stack();
}

void zk_signals_hold(void) {
  if (depth++ > 0) return;
  const bool takes_profiling = can_profile();
  pthread_sigmask(SIG_BLOCK, takes_profiling ? &all_but_profiling : &all, &before);
}

void zk_signals_release(void) {
  if (--depth == 0) pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void zk_signals_prepare_worker(bool takes_profiling) {
  pthread_sigmask(SIG_SETMASK, takes_profiling && can_profile() ? &all_but_profiling : &all, NULL);
}
