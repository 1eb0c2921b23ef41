// Buffers on a device.
#include <stdlib.h>

#include "Interface.h"

char *pj_upload(
  pj_client *client, size_t device, const void *elements, int type, const int64_t *extents, size_t rank,
  pj_buffer **buffer
) {
  ARGUMENTS(upload_arguments, upload);
  upload.fields.client = client->client;
  upload.fields.data = elements;
  upload.fields.type = type;
  upload.fields.extents = extents;
  upload.fields.rank = rank;
  upload.fields.semantics = HostImmutableOnlyDuringCall;
  upload.fields.device = client->devices[device];
  char *message = CALL(client->api, ClientBufferFromHostBuffer, "an upload failed", upload);
  if (message != NULL) return message;
  pj_buffer *made = malloc(sizeof *made);
  *made = (pj_buffer){.api = client->api, .buffer = upload.fields.buffer};
  message = await_event(client->api, "an upload failed", upload.fields.done);
  if (message != NULL) {
    pj_buffer_free(made);
    return message;
  }
  *buffer = made;
  return NULL;
}

char *pj_download(pj_buffer *buffer, void *elements, size_t size) {
  ARGUMENTS(download_arguments, download);
  download.fields.source = buffer->buffer;
  download.fields.data = elements;
  download.fields.size = size;
  char *message = CALL(buffer->api, BufferToHostBuffer, "a download failed", download);
  return message != NULL ? message : await_event(buffer->api, "a download failed", download.fields.event);
}

void pj_buffer_free(pj_buffer *buffer) {
  call_with(buffer->api, BufferDestroy, buffer->buffer);
  free(buffer);
}
