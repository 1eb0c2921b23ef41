// Calls through a plugin's table.
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "Interface.h"

char *failure(const char *purpose, const char *details, size_t size) {
  char *message;
  if (asprintf(&message, "%s: %.*s", purpose, (int)size, details) < 0) return strdup(purpose);
  return message;
}

static void *call_raw(const api_table *api, function place, void *arguments) {
  return ((void *(*)(void *))api->functions[place])(arguments);
}

char *call_function(const api_table *api, function place, const char *purpose, void *arguments) {
  void *error = call_raw(api, place, arguments);
  if (error == NULL) return NULL;
  ARGUMENTS(text_arguments, text);
  text.fields.object = error;
  call_raw(api, ErrorMessage, &text);
  char *message = failure(purpose, text.fields.text, text.fields.size);
  call_with(api, ErrorDestroy, error);
  return message;
}

void call_with(const api_table *api, function place, const void *object) {
  ARGUMENTS(object_arguments, arguments);
  arguments.fields.object = object;
  // ErrorDestroy returns nothing: its result must not be read.
  if (place == ErrorDestroy) {
    call_raw(api, place, &arguments);
  } else {
    free(CALL(api, place, "", arguments));
  }
}

char *await_event(const api_table *api, const char *purpose, void *event) {
  if (event == NULL) return NULL;
  ARGUMENTS(object_arguments, arguments);
  arguments.fields.object = event;
  char *message = CALL(api, EventAwait, purpose, arguments);
  call_with(api, EventDestroy, event);
  return message;
}

void name_values(const pj_option *options, size_t count, named_value *values) {
  for (size_t i = 0; i < count; i++) {
    const pj_option *option = &options[i];
    bool has_size = option->kind == PJText || option->kind == PJNumbers;
    values[i] = (named_value){
      .struct_size = sizeof values[i], .name = option->name, .name_size = strlen(option->name),
      .kind = option->kind, .value_size = has_size ? option->size : 1};
    switch (option->kind) {
    case PJText: values[i].value.text = option->value.text; break;
    case PJNumbers: values[i].value.numbers = option->value.numbers; break;
    case PJNumber: values[i].value.number = option->value.number; break;
    case PJFlag: values[i].value.flag = option->value.flag; break;
    }
  }
}
