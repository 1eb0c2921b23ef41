// Compiled programs, and their execution.
#include <stdlib.h>
#include <string.h>

#include "Interface.h"

// StableHLO is passed as text of MLIR.
static program_text mlir(const char *code, size_t size) {
  return (program_text){
    .struct_size = sizeof(program_text), .code = (char *)code, .code_size = size, .format = "mlir", .format_size = 4};
}

// Takes over a loaded executable, also if it fails.
static char *adopt(const api_table *api, void *loaded, pj_program **program) {
  pj_program *made = calloc(1, sizeof *made);
  made->api = api;
  made->loaded = loaded;
  ARGUMENTS(executable_arguments, get);
  get.fields.loaded = loaded;
  char *message = CALL(api, LoadedExecutableGetExecutable, "a compiled program can't be read", get);
  if (message == NULL) {
    ARGUMENTS(output_count_arguments, outputs);
    outputs.fields.executable = get.fields.executable;
    message = CALL(api, ExecutableNumOutputs, "a compiled program's results can't be counted", outputs);
    made->result_count = outputs.fields.count;
    call_with(api, ExecutableDestroy, get.fields.executable);
  }
  if (message != NULL) {
    pj_program_free(made);
    return message;
  }
  *program = made;
  return NULL;
}

char *pj_compile(pj_client *client, const char *code, size_t size, pj_bytes options, pj_program **program) {
  program_text text = mlir(code, size);
  ARGUMENTS(client_compile_arguments, compile);
  compile.fields.client = client->client;
  compile.fields.program = &text;
  compile.fields.options = options.bytes;
  compile.fields.options_size = options.size;
  char *message = CALL(client->api, ClientCompile, "compilation failed", compile);
  return message != NULL ? message : adopt(client->api, compile.fields.executable, program);
}

static char *serialize(const api_table *api, const void *executable, pj_bytes *bytes) {
  ARGUMENTS(serialize_arguments, arguments);
  arguments.fields.executable = executable;
  char *message = CALL(api, ExecutableSerialize, "a compiled program can't be written", arguments);
  if (message != NULL) return message;
  bytes->size = arguments.fields.size;
  bytes->bytes = malloc(bytes->size);
  memcpy(bytes->bytes, arguments.fields.bytes, bytes->size);
  arguments.fields.free_serialized(arguments.fields.serialized);
  return NULL;
}

char *pj_compile_ahead(
  pj_plugin *plugin, const pj_option *topology, size_t count, const char *code, size_t size, pj_bytes options,
  pj_bytes *executable
) {
  const api_table *api = plugin->api;
  named_value *values = calloc(count + 1, sizeof *values);
  name_values(topology, count, values);
  ARGUMENTS(topology_arguments, create);
  create.fields.platform = "";
  create.fields.options = values;
  create.fields.option_count = count;
  char *message = CALL(api, TopologyDescriptionCreate, "the device can't be described", create);
  free(values);
  if (message != NULL) return message;

  program_text text = mlir(code, size);
  ARGUMENTS(compile_arguments, compile);
  compile.fields.topology = create.fields.topology;
  compile.fields.program = &text;
  compile.fields.options = options.bytes;
  compile.fields.options_size = options.size;
  message = CALL(api, Compile, "compilation failed", compile);
  if (message == NULL) {
    message = serialize(api, compile.fields.executable, executable);
    call_with(api, ExecutableDestroy, compile.fields.executable);
  }
  call_with(api, TopologyDescriptionDestroy, create.fields.topology);
  return message;
}

char *pj_program_serialize(const pj_program *program, pj_bytes *executable) {
  ARGUMENTS(executable_arguments, get);
  get.fields.loaded = program->loaded;
  char *message = CALL(program->api, LoadedExecutableGetExecutable, "a compiled program can't be read", get);
  if (message != NULL) return message;
  message = serialize(program->api, get.fields.executable, executable);
  call_with(program->api, ExecutableDestroy, get.fields.executable);
  return message;
}

char *pj_program_load(pj_client *client, pj_bytes executable, pj_program **program) {
  ARGUMENTS(load_arguments, load);
  load.fields.client = client->client;
  load.fields.bytes = executable.bytes;
  load.fields.size = executable.size;
  char *message = CALL(client->api, ExecutableDeserializeAndLoad, "a compiled program can't be loaded", load);
  return message != NULL ? message : adopt(client->api, load.fields.loaded, program);
}

size_t pj_program_result_count(const pj_program *program) { return program->result_count; }

void pj_program_free(pj_program *program) {
  call_with(program->api, LoadedExecutableDestroy, program->loaded);
  free(program);
}

char *pj_execute(
  pj_program *program, pj_buffer *const *arguments, size_t argument_count, size_t devices, pj_buffer **results
) {
  size_t result_count = program->result_count;
  // A list of buffers for each device, and a list of these lists.
  void **inputs = calloc(devices * argument_count + 1, sizeof *inputs);
  void **outputs = calloc(devices * result_count + 1, sizeof *outputs);
  void *const **input_lists = calloc(devices, sizeof *input_lists);
  void ***output_lists = calloc(devices, sizeof *output_lists);
  for (size_t i = 0; i < devices * argument_count; i++) inputs[i] = arguments[i]->buffer;
  for (size_t device = 0; device < devices; device++) {
    input_lists[device] = inputs + device * argument_count;
    output_lists[device] = outputs + device * result_count;
  }
  ARGUMENTS(execute_options, options);
  ARGUMENTS(execute_arguments, execute);
  execute.fields.loaded = program->loaded;
  execute.fields.options = &options.fields;
  execute.fields.arguments = (void *const *const *)input_lists;
  execute.fields.device_count = devices;
  execute.fields.argument_count = argument_count;
  execute.fields.results = output_lists;
  char *message = CALL(program->api, LoadedExecutableExecute, "execution failed", execute);
  for (size_t i = 0; message == NULL && i < devices * result_count; i++) {
    results[i] = malloc(sizeof *results[i]);
    *results[i] = (pj_buffer){.api = program->api, .buffer = outputs[i]};
  }
  free(inputs);
  free(outputs);
  free(input_lists);
  free(output_lists);
  return message;
}
