// Compiles only where Sources/CPJRT/Interface.h agrees with OpenXLA's pjrt_c_api.h: places of functions, sizes of
// structs, positions of fields. `script/check-pjrt` compiles it.
#include "pjrt_c_api.h"

#include "Interface.h"

#define FUNCTION(own, theirs) \
  _Static_assert(offsetof(PJRT_Api, PJRT_##theirs) == offsetof(api_table, functions) + sizeof(void *) * own, #own)
#define SIZE(own, theirs) _Static_assert(sizeof(own) == sizeof(theirs), #theirs)
#define FIELD(own, field, theirs, their_field) \
  _Static_assert(offsetof(own, field) == offsetof(theirs, their_field), #theirs "." #their_field)

FUNCTION(ErrorDestroy, Error_Destroy);
FUNCTION(ErrorMessage, Error_Message);
FUNCTION(PluginInitialize, Plugin_Initialize);
FUNCTION(EventDestroy, Event_Destroy);
FUNCTION(EventAwait, Event_Await);
FUNCTION(ClientCreate, Client_Create);
FUNCTION(ClientDestroy, Client_Destroy);
FUNCTION(ClientPlatformName, Client_PlatformName);
FUNCTION(ClientPlatformVersion, Client_PlatformVersion);
FUNCTION(ClientAddressableDevices, Client_AddressableDevices);
FUNCTION(ClientCompile, Client_Compile);
FUNCTION(ClientBufferFromHostBuffer, Client_BufferFromHostBuffer);
FUNCTION(DeviceDescriptionKind, DeviceDescription_Kind);
FUNCTION(DeviceGetDescription, Device_GetDescription);
FUNCTION(DeviceMemoryStats, Device_MemoryStats);
FUNCTION(ExecutableDestroy, Executable_Destroy);
FUNCTION(ExecutableNumOutputs, Executable_NumOutputs);
FUNCTION(ExecutableSerialize, Executable_Serialize);
FUNCTION(LoadedExecutableDestroy, LoadedExecutable_Destroy);
FUNCTION(LoadedExecutableGetExecutable, LoadedExecutable_GetExecutable);
FUNCTION(LoadedExecutableExecute, LoadedExecutable_Execute);
FUNCTION(ExecutableDeserializeAndLoad, Executable_DeserializeAndLoad);
FUNCTION(BufferDestroy, Buffer_Destroy);
FUNCTION(BufferToHostBuffer, Buffer_ToHostBuffer);
FUNCTION(TopologyDescriptionCreate, TopologyDescription_Create);
FUNCTION(TopologyDescriptionDestroy, TopologyDescription_Destroy);
FUNCTION(Compile, Compile);

SIZE(api_version, PJRT_Api_Version);
FIELD(api_version, minor, PJRT_Api_Version, minor_version);
FIELD(api_table, version, PJRT_Api, pjrt_api_version);
SIZE(object_arguments, PJRT_Error_Destroy_Args);
SIZE(object_arguments, PJRT_Event_Await_Args);
SIZE(object_arguments, PJRT_Buffer_Destroy_Args);
SIZE(text_arguments, PJRT_Error_Message_Args);
FIELD(text_arguments, size, PJRT_Error_Message_Args, message_size);
SIZE(text_arguments, PJRT_Client_PlatformName_Args);
FIELD(text_arguments, text, PJRT_Client_PlatformName_Args, platform_name);
SIZE(text_arguments, PJRT_DeviceDescription_Kind_Args);
SIZE(named_value, PJRT_NamedValue);
FIELD(named_value, kind, PJRT_NamedValue, type);
FIELD(named_value, value, PJRT_NamedValue, int64_value);
FIELD(named_value, value_size, PJRT_NamedValue, value_size);
SIZE(client_create_arguments, PJRT_Client_Create_Args);
FIELD(client_create_arguments, client, PJRT_Client_Create_Args, client);
SIZE(devices_arguments, PJRT_Client_AddressableDevices_Args);
FIELD(devices_arguments, count, PJRT_Client_AddressableDevices_Args, num_addressable_devices);
SIZE(description_arguments, PJRT_Device_GetDescription_Args);
FIELD(memory_arguments, bytes_limit, PJRT_Device_MemoryStats_Args, bytes_limit);
SIZE(program_text, PJRT_Program);
FIELD(program_text, format, PJRT_Program, format);
SIZE(client_compile_arguments, PJRT_Client_Compile_Args);
FIELD(client_compile_arguments, executable, PJRT_Client_Compile_Args, executable);
SIZE(topology_arguments, PJRT_TopologyDescription_Create_Args);
FIELD(topology_arguments, topology, PJRT_TopologyDescription_Create_Args, topology);
SIZE(compile_arguments, PJRT_Compile_Args);
FIELD(compile_arguments, executable, PJRT_Compile_Args, executable);
SIZE(executable_arguments, PJRT_LoadedExecutable_GetExecutable_Args);
SIZE(output_count_arguments, PJRT_Executable_NumOutputs_Args);
SIZE(serialize_arguments, PJRT_Executable_Serialize_Args);
FIELD(serialize_arguments, free_serialized, PJRT_Executable_Serialize_Args, serialized_executable_deleter);
SIZE(load_arguments, PJRT_Executable_DeserializeAndLoad_Args);
FIELD(load_arguments, loaded, PJRT_Executable_DeserializeAndLoad_Args, loaded_executable);
SIZE(upload_arguments, PJRT_Client_BufferFromHostBuffer_Args);
FIELD(upload_arguments, type, PJRT_Client_BufferFromHostBuffer_Args, type);
FIELD(upload_arguments, semantics, PJRT_Client_BufferFromHostBuffer_Args, host_buffer_semantics);
FIELD(upload_arguments, device, PJRT_Client_BufferFromHostBuffer_Args, device);
FIELD(upload_arguments, done, PJRT_Client_BufferFromHostBuffer_Args, done_with_host_buffer);
FIELD(upload_arguments, buffer, PJRT_Client_BufferFromHostBuffer_Args, buffer);
SIZE(download_arguments, PJRT_Buffer_ToHostBuffer_Args);
FIELD(download_arguments, event, PJRT_Buffer_ToHostBuffer_Args, event);
SIZE(execute_options, PJRT_ExecuteOptions);
FIELD(execute_options, kept_arguments, PJRT_ExecuteOptions, non_donatable_input_indices);
SIZE(execute_arguments, PJRT_LoadedExecutable_Execute_Args);
FIELD(execute_arguments, results, PJRT_LoadedExecutable_Execute_Args, output_lists);
FIELD(execute_arguments, events, PJRT_LoadedExecutable_Execute_Args, device_complete_events);

_Static_assert(PJBool == PJRT_Buffer_Type_PRED && PJInt64 == PJRT_Buffer_Type_S64, "integers");
_Static_assert(PJFloat32 == PJRT_Buffer_Type_F32 && PJFloat64 == PJRT_Buffer_Type_F64, "reals");
_Static_assert(PJText == PJRT_NamedValue_kString && PJNumber == PJRT_NamedValue_kInt64, "options");
_Static_assert(PJNumbers == PJRT_NamedValue_kInt64List && PJFlag == PJRT_NamedValue_kBool, "options");
_Static_assert(HostImmutableOnlyDuringCall == PJRT_HostBufferSemantics_kImmutableOnlyDuringCall, "semantics");
