import CONNX
import GraphIR

extension MessageArena {
  /// `value` as an ONNX tensor. Its `raw_data` are the value's own bytes.
  func tensor(_ value: TensorValue, name: String = "") throws -> UnsafeMutablePointer<Onnx__TensorProto> {
    let tensor = try header(value.type, name: name)
    tensor.pointee.has_raw_data = 1
    tensor.pointee.raw_data = bytes(of: value)
    return tensor
  }

  /// `value` as an ONNX tensor with its data in another file, if it is large and there is one.
  func initializer(_ value: TensorValue, name: String) throws -> UnsafeMutablePointer<Onnx__TensorProto> {
    guard let external, let offset = external.offset(of: value) else { return try tensor(value, name: name) }
    let tensor = try header(value.type, name: name)
    tensor.pointee.has_data_location = 1
    tensor.pointee.data_location = ONNX__TENSOR_PROTO__DATA_LOCATION__EXTERNAL
    (tensor.pointee.n_external_data, tensor.pointee.external_data) = list([
      try entry("location", external.location), try entry("offset", "\(offset)"),
      try entry("length", "\(value.byteCount)"),
    ])
    return tensor
  }

  private func header(_ type: TensorType, name: String) throws -> UnsafeMutablePointer<Onnx__TensorProto> {
    try make(onnx__tensor_proto__init) { tensor in
      (tensor.n_dims, tensor.dims) = array(type.shape.map(Int64.init))
      tensor.has_data_type = 1
      tensor.data_type = Int32(type.dtype.onnxCode)
      if !name.isEmpty { tensor.name = try string(name) }
    }
  }
}
