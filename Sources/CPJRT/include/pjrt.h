// A plugin with the PJRT C interface, as Swift uses it: opaque handles, plain types, errors as text.
//
// PJRT is the interface of XLA's devices. NVIDIA, Google, AMD and others ship a plugin, a dynamic library with one
// exported function. It is loaded when a program asks for it; nothing here is linked against it.
//
// A function that can fail returns NULL, or a message that the caller frees. Handles are freed by the function that the
// comment names, in any order but the client last.
#ifndef ZOO_PJRT_H
#define ZOO_PJRT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct pj_plugin pj_plugin;
typedef struct pj_client pj_client;
typedef struct pj_program pj_program;
typedef struct pj_buffer pj_buffer;

// An option by name: a text, a list of numbers, a number or a flag.
typedef enum { PJText = 0, PJNumber = 1, PJNumbers = 2, PJFlag = 4 } pj_option_kind;
typedef struct {
  const char *name;
  pj_option_kind kind;
  // The text's bytes, or the list's length.
  size_t size;
  union {
    const char *text;
    const int64_t *numbers;
    int64_t number;
    bool flag;
  } value;
} pj_option;

// Bytes that belong to the caller; free(bytes).
typedef struct {
  void *bytes;
  size_t size;
} pj_bytes;

// Element types: the codes of PJRT_Buffer_Type.
enum { PJBool = 1, PJInt64 = 5, PJFloat32 = 11, PJFloat64 = 12 };

// The oldest minor version of the interface, whose major version is 0, that has the functions in their present places.
enum { PJOldestMinor = 57 };

// Loads a plugin, which stays loaded until the process ends.
char *pj_plugin_open(const char *path, pj_plugin **plugin);
int pj_plugin_minor(const pj_plugin *plugin);

// Opens the plugin's devices; pj_client_close.
char *pj_client_open(pj_plugin *plugin, const pj_option *options, size_t count, pj_client **client);
void pj_client_close(pj_client *client);
// The platform's name and version, with the client's lifetime.
const char *pj_client_platform(const pj_client *client);
const char *pj_client_version(const pj_client *client);
size_t pj_client_device_count(const pj_client *client);
// A device's kind; free(kind).
char *pj_device_kind(const pj_client *client, size_t device, char **kind);
// The bytes of memory that a device's allocator may use; 0 if the plugin does not say.
int64_t pj_device_memory(const pj_client *client, size_t device);

// Compiles StableHLO as text; `options` is a serialised CompileOptionsProto. pj_program_free.
char *pj_compile(pj_client *client, const char *code, size_t size, pj_bytes options, pj_program **program);
// Compiles for a device that need not be there, which the options of its topology describe.
char *pj_compile_ahead(
  pj_plugin *plugin, const pj_option *topology, size_t count, const char *code, size_t size, pj_bytes options,
  pj_bytes *executable);
// A compiled program as bytes for pj_program_load, by the same plugin on the same kind of device.
char *pj_program_serialize(const pj_program *program, pj_bytes *executable);
char *pj_program_load(pj_client *client, pj_bytes executable, pj_program **program);
size_t pj_program_result_count(const pj_program *program);
void pj_program_free(pj_program *program);

// Copies elements in row-major order to a device; pj_buffer_free.
char *pj_upload(
  pj_client *client, size_t device, const void *elements, int type, const int64_t *extents, size_t rank,
  pj_buffer **buffer);
// Waits until a buffer is computed, and copies its elements in row-major order.
char *pj_download(pj_buffer *buffer, void *elements, size_t size);
void pj_buffer_free(pj_buffer *buffer);

// Starts a program on the client's first devices. Device d gets the arguments from d * argument_count on, and its
// results are written from d * pj_program_result_count on. They belong to the caller.
char *pj_execute(
  pj_program *program, pj_buffer *const *arguments, size_t argument_count, size_t devices, pj_buffer **results);

#endif
