// Facts besides values and shapes that determine the bits of results.
#define _GNU_SOURCE
#include "include/zk_platform.h"

#include <dlfcn.h>
#include <gnu/libc-version.h>
#include <stdio.h>
#include <stdlib.h>

#include <string.h>

void zk_sleef_version(char *text, size_t size) {
  Dl_info library;
  void *function = dlsym(RTLD_DEFAULT, "Sleef_exp_u10");
  char *path = function && dladdr(function, &library) ? realpath(library.dli_fname, NULL) : NULL;
  const char *version = path ? strstr(path, ".so.") : NULL;
  snprintf(text, size, "%s", version ? version + strlen(".so.") : "unknown");
  free(path);
}

void zk_libc_version(char *text, size_t size) {
  // Its functions have variants for instruction sets. GLIBC_TUNABLES can disable them.
  const char *tunables = getenv("GLIBC_TUNABLES");
  snprintf(
      text, size, "glibc %s%s%s", gnu_get_libc_version(), tunables ? ", " : "", tunables ? tunables : "");
}
