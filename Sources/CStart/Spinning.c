// The time for which waiting threads keep their core busy.
//
// GCC's OpenMP lets a thread that waits spin for about a millisecond before it sleeps. On a machine where something
// else runs, what it waits for needs the core that it spins on. It reads how long to spin (GOMP_SPINCOUNT) when the
// library is loaded, before `main`. Functions in `.preinit_array` run earlier still. The environment can't grow there,
// so one variable that no library reads then gives its place to the setting until all libraries have begun: what the
// program and its children find is what the user set.
#define _GNU_SOURCE
#include <stddef.h>
#include <unistd.h>

// Some 0.2 ms where a pause takes 140 cycles, and 0.07 ms where it takes 65: longer than the waits between the parts of a
// training step, as waking a thread costs more than they last. Docs/Results.md has what other numbers cost.
static char setting[] = "GOMP_SPINCOUNT=4000";

// Volatile, as compilers run constructors beforehand where they can, and nothing seems to come before them.
static char **volatile place;
static char *lent;

// Sanitizers are among the libraries that have not begun.
#define EARLY __attribute__((no_sanitize("address", "undefined")))

EARLY static int has_name(const char *variable, const char *name) {
  while (*name && *variable == *name) variable++, name++;
  return !*name && *variable == '=';
}

EARLY static void limit_spinning(int count, char **arguments, char **environment) {
  static const char *const idle[] = {
      "_", "OLDPWD", "SHLVL", "PWD", "LOGNAME", "USER", "HOSTNAME", "TERM", "HOME", "PATH"};
  (void)count, (void)arguments;
  for (char **variable = environment; *variable; variable++)
    if (has_name(*variable, "GOMP_SPINCOUNT") || has_name(*variable, "OMP_WAIT_POLICY")) return;
  for (size_t i = 0; i < sizeof idle / sizeof *idle && !place; i++)
    for (char **variable = environment; *variable && !place; variable++)
      if (has_name(*variable, idle[i])) place = variable;
  if (!place) return;
  lent = *place;
  *place = setting;
}

__attribute__((section(".preinit_array"), used)) static void (*const before_libraries)(int, char **, char **) =
    limit_spinning;

// The program's own constructors run when those of its libraries have, which may have copied the list of variables.
__attribute__((constructor)) static void give_back(void) {
  if (!place) return;
  *place = lent;
  for (char **variable = environ; variable && *variable; variable++)
    if (*variable == setting) *variable = lent;
}
