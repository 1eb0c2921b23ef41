// The part of PJRT's C interface that is used: layouts of version 0.57 and later. Names follow OpenXLA's pjrt_c_api.h;
// Tests/CrossChecks/pjrt_interface.py compares sizes and positions with it.
#ifndef ZOO_PJRT_INTERFACE_H
#define ZOO_PJRT_INTERFACE_H

#include "include/pjrt.h"

// The places of functions in the table.
typedef enum {
  ErrorDestroy = 0,
  ErrorMessage = 1,
  PluginInitialize = 3,
  EventDestroy = 5,
  EventAwait = 8,
  ClientCreate = 10,
  ClientDestroy = 11,
  ClientPlatformName = 12,
  ClientPlatformVersion = 14,
  ClientAddressableDevices = 16,
  ClientCompile = 20,
  ClientBufferFromHostBuffer = 22,
  DeviceDescriptionKind = 26,
  DeviceGetDescription = 29,
  DeviceMemoryStats = 34,
  ExecutableDestroy = 40,
  ExecutableNumOutputs = 44,
  ExecutableSerialize = 49,
  LoadedExecutableDestroy = 50,
  LoadedExecutableGetExecutable = 51,
  LoadedExecutableExecute = 55,
  ExecutableDeserializeAndLoad = 56,
  BufferDestroy = 58,
  BufferToHostBuffer = 70,
  TopologyDescriptionCreate = 82,
  TopologyDescriptionDestroy = 83,
  Compile = 89,
} function;

// Every struct begins with its size and a list of extensions, which is empty here.
#define HEAD size_t struct_size; void *extensions

typedef struct { HEAD; int major, minor; } api_version;
typedef struct { HEAD; api_version version; void *functions[]; } api_table;

// The arguments of functions that take one object, such as those that destroy it.
typedef struct { HEAD; const void *object; } object_arguments;
typedef struct { HEAD; const void *object; const char *text; size_t size; } text_arguments;

typedef struct {
  HEAD;
  const char *name;
  size_t name_size;
  pj_option_kind kind;
  union { const char *text; const int64_t *numbers; int64_t number; bool flag; } value;
  size_t value_size;
} named_value;

typedef struct {
  HEAD;
  const named_value *options;
  size_t option_count;
  void *get, *get_argument, *put, *put_argument;
  void *client;
  void *try_get, *try_get_argument;
} client_create_arguments;

typedef struct { HEAD; void *client; void *const *devices; size_t count; } devices_arguments;
typedef struct { HEAD; const void *device; void *description; } description_arguments;

// A number that may be missing.
typedef struct { int64_t value; bool is_set; } optional_number;
typedef struct {
  HEAD;
  void *device;
  int64_t bytes_in_use;
  optional_number peak_bytes_in_use, allocations, largest_allocation, bytes_limit;
  optional_number bytes_reserved, peak_bytes_reserved, reservable_limit, largest_free_block, pool, peak_pool;
} memory_arguments;

typedef struct { HEAD; char *code; size_t code_size; const char *format; size_t format_size; } program_text;
typedef struct {
  HEAD;
  void *client;
  const program_text *program;
  const char *options;
  size_t options_size;
  void *executable;
} client_compile_arguments;

typedef struct {
  HEAD;
  const char *platform;
  size_t platform_size;
  const named_value *options;
  size_t option_count;
  void *topology;
} topology_arguments;
typedef struct {
  HEAD;
  const void *topology;
  const program_text *program;
  const char *options;
  size_t options_size;
  void *client;
  void *executable;
} compile_arguments;

typedef struct { HEAD; void *loaded; void *executable; } executable_arguments;
typedef struct { HEAD; void *executable; size_t count; } output_count_arguments;
typedef struct {
  HEAD;
  const void *executable;
  const char *bytes;
  size_t size;
  void *serialized;
  void (*free_serialized)(void *serialized);
} serialize_arguments;
typedef struct {
  HEAD;
  void *client;
  const char *bytes;
  size_t size;
  void *loaded;
  const char *options;
  size_t options_size;
} load_arguments;

// The host's memory may change after the call: the plugin copies it before.
enum { HostImmutableOnlyDuringCall = 0 };
typedef struct {
  HEAD;
  void *client;
  const void *data;
  int type;
  const int64_t *extents;
  size_t rank;
  const int64_t *strides;
  size_t stride_count;
  int semantics;
  void *device, *memory, *layout;
  void *done;
  void *buffer;
} upload_arguments;
typedef struct { HEAD; void *source, *layout, *data; size_t size; void *event; } download_arguments;

typedef struct {
  HEAD;
  void *send_callbacks, *receive_callbacks;
  size_t send_count, receive_count;
  int launch;
  const int64_t *kept_arguments;
  size_t kept_count;
  void *context;
  const char *location;
  size_t task_count;
  int *tasks;
  int64_t *incarnations;
} execute_options;
typedef struct {
  HEAD;
  void *loaded;
  execute_options *options;
  void *const *const *arguments;
  size_t device_count, argument_count;
  void **const *results;
  void **events;
  void *device;
} execute_arguments;

#undef HEAD

struct pj_plugin { const api_table *api; };
struct pj_client {
  const api_table *api;
  void *client;
  void *const *devices;
  size_t device_count;
  char *platform, *version;
};
struct pj_program {
  const api_table *api;
  void *loaded;
  size_t result_count;
};
struct pj_buffer {
  const api_table *api;
  void *buffer;
};

// The arguments of a call. A plugin of a later version knows more fields than these structs have; it finds zeros there,
// which mean "not set".
#define ARGUMENTS(type, name)                 \
  union {                                     \
    type fields;                              \
    char room[sizeof(type) + 128];            \
  } name = {.room = {0}};                     \
  name.fields.struct_size = sizeof name

// Calls a function of the table. Returns NULL, or a message that begins with the function's purpose.
#define CALL(api, place, purpose, arguments) call_function(api, place, purpose, &(arguments))

char *call_function(const api_table *api, function place, const char *purpose, void *arguments);
// Calls a function that takes an object and can't usefully fail.
void call_with(const api_table *api, function place, const void *object);
// Waits for an event and destroys it.
char *await_event(const api_table *api, const char *purpose, void *event);
// The message `purpose: details`.
char *failure(const char *purpose, const char *details, size_t size);
// Writes options as the interface takes them.
void name_values(const pj_option *options, size_t count, named_value *values);

#endif
