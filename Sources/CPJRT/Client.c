// Plugins and their devices.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "Interface.h"

char *pj_plugin_open(const char *path, pj_plugin **plugin) {
  // A plugin can't be unloaded: its threads and handlers stay.
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (library == NULL) {
    const char *reason = dlerror();
    return failure("it can't be loaded", reason, strlen(reason));
  }
  const api_table *(*get)(void) = (const api_table *(*)(void))dlsym(library, "GetPjrtApi");
  if (get == NULL) return strdup("it has no function GetPjrtApi, so it is no PJRT plugin");
  const api_table *api = get();
  if (api->version.major != 0 || api->version.minor < PJOldestMinor) {
    char *message;
    if (asprintf(&message, "it has version %d.%d of the PJRT interface; expected 0.%d or later",
                 api->version.major, api->version.minor, PJOldestMinor) < 0) return strdup("it is too old");
    return message;
  }
  if (api->struct_size < offsetof(api_table, functions) + sizeof(void *) * (Compile + 1))
    return strdup("its table of functions is shorter than its version says");
  ARGUMENTS(object_arguments, initialize);
  char *message = CALL(api, PluginInitialize, "it can't be initialised", initialize);
  if (message != NULL) return message;
  *plugin = malloc(sizeof **plugin);
  (*plugin)->api = api;
  return NULL;
}

int pj_plugin_minor(const pj_plugin *plugin) { return plugin->api->version.minor; }

// A text of the client as a C string.
static char *copy_text(const api_table *api, function place, const void *object, const char *purpose, char **copy) {
  ARGUMENTS(text_arguments, text);
  text.fields.object = object;
  char *message = CALL(api, place, purpose, text);
  if (message == NULL) *copy = strndup(text.fields.text, text.fields.size);
  return message;
}

char *pj_client_open(pj_plugin *plugin, const pj_option *options, size_t count, pj_client **client) {
  const api_table *api = plugin->api;
  named_value *values = calloc(count + 1, sizeof *values);
  name_values(options, count, values);
  ARGUMENTS(client_create_arguments, create);
  create.fields.options = values;
  create.fields.option_count = count;
  char *message = CALL(api, ClientCreate, "its devices can't be opened", create);
  free(values);
  if (message != NULL) return message;

  pj_client *made = calloc(1, sizeof *made);
  made->api = api;
  made->client = create.fields.client;
  ARGUMENTS(devices_arguments, devices);
  devices.fields.client = made->client;
  message = CALL(api, ClientAddressableDevices, "its devices can't be listed", devices);
  made->devices = devices.fields.devices;
  made->device_count = devices.fields.count;
  if (message == NULL)
    message = copy_text(api, ClientPlatformName, made->client, "its platform has no name", &made->platform);
  if (message == NULL)
    message = copy_text(api, ClientPlatformVersion, made->client, "its platform has no version", &made->version);
  if (message != NULL) {
    pj_client_close(made);
    return message;
  }
  *client = made;
  return NULL;
}

void pj_client_close(pj_client *client) {
  call_with(client->api, ClientDestroy, client->client);
  free(client->platform);
  free(client->version);
  free(client);
}

const char *pj_client_platform(const pj_client *client) { return client->platform; }
const char *pj_client_version(const pj_client *client) { return client->version; }
size_t pj_client_device_count(const pj_client *client) { return client->device_count; }

char *pj_device_kind(const pj_client *client, size_t device, char **kind) {
  ARGUMENTS(description_arguments, description);
  description.fields.device = client->devices[device];
  char *message = CALL(client->api, DeviceGetDescription, "a device has no description", description);
  if (message != NULL) return message;
  return copy_text(
    client->api, DeviceDescriptionKind, description.fields.description, "a device has no kind", kind);
}

int64_t pj_device_memory(const pj_client *client, size_t device) {
  ARGUMENTS(memory_arguments, memory);
  memory.fields.device = client->devices[device];
  char *message = CALL(client->api, DeviceMemoryStats, "", memory);
  bool is_known = message == NULL && memory.fields.bytes_limit.is_set;
  free(message);
  return is_known ? memory.fields.bytes_limit.value : 0;
}
