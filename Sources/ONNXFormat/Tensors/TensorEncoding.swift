import CONNX
import GraphIR

extension MessageArena {
  /// `value` as an ONNX tensor. Its `raw_data` are the value's own bytes.
  func tensor(_ value: TensorValue, name: String = "") throws -> UnsafeMutablePointer<Onnx__TensorProto> {
    try make(onnx__tensor_proto__init) { tensor in
      (tensor.n_dims, tensor.dims) = array(value.shape.map(Int64.init))
      tensor.has_data_type = 1
      tensor.data_type = Int32(value.dtype.onnxCode)
      if !name.isEmpty { tensor.name = try string(name) }
      tensor.has_raw_data = 1
      tensor.raw_data = bytes(of: value)
    }
  }
}
