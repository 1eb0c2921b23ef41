import GraphIR

// ONNX's messages as Swift values. Names are those of onnx.proto, and fields that nothing here uses are left out.

/// A model: a graph, the functions that it calls, and who wrote it.
struct ModelProto {
  var irVersion: Int
  /// The version of each operator set, by domain. ONNX's own domain is empty.
  var opsets: [String: Int]
  var producerName = ""
  var producerVersion = ""
  var documentation = ""
  var graph: GraphProto
  var functions: [FunctionProto] = []
  var training: [TrainingInfoProto] = []
  var metadata: [String: String] = [:]
}

/// A step that trains a model.
struct TrainingInfoProto {
  /// The new value of an initializer, by their names.
  typealias Binding = (key: String, value: String)

  var initialization: GraphProto?
  var algorithm: GraphProto?
  var initializationBinding: [Binding] = []
  var updateBinding: [Binding] = []
}

/// Nodes in topological order with the values that they start from.
struct GraphProto {
  var name: String
  var nodes: [NodeProto] = []
  var initializers: [TensorProto] = []
  var inputs: [ValueInfoProto] = []
  var outputs: [ValueInfoProto] = []
}

/// A call of an operator or a function.
struct NodeProto {
  var name = ""
  var opType: String
  var domain = ""
  var overload = ""
  var inputs: [String] = []
  var outputs: [String] = []
  var attributes: [AttributeProto] = []
}

/// An attribute of a node.
struct AttributeProto {
  indirect enum Value {
    case value(AttributeValue)
    case graph(GraphProto)
    case type(TypeProto)
    /// The attribute of the function that the node is in.
    case reference(String)
    /// Values of a kind that no operator here has, by the name of the kind.
    case other(String)
  }

  var name: String
  var value: Value
  /// The element type of a tensor in the file.
  var elementType: ElementType?
}

/// A tensor that a model contains. Elements of types that our vocabulary lacks are widened.
struct TensorProto {
  var name: String
  var type: ElementType
  var value: TensorValue
  var metadata: [String: String] = [:]
}

/// A name with a type.
struct ValueInfoProto {
  var name: String
  var type: TypeProto?
  /// In the order of the file; keys may occur several times.
  var metadata: [(key: String, value: String)] = []
}

/// The type of a value.
indirect enum TypeProto {
  /// A tensor; the shape is nil if even its rank is unknown.
  case tensor(ElementType, [Dimension]?)
  case sequence(TypeProto?)
  case optional(TypeProto?)
  case map, sparseTensor, opaque

  enum Dimension: Hashable {
    case value(Int)
    case parameter(String)
    case unknown
  }
}

/// A function: nodes that take the place of a call.
struct FunctionProto {
  /// The identity of a function, which a call names in full.
  struct Key: Hashable {
    var domain: String
    var name: String
    var overload: String
  }

  var key: Key
  var inputs: [String] = []
  var outputs: [String] = []
  /// Attributes that every call sets or leaves out.
  var attributes: [String] = []
  /// Attributes with defaults.
  var defaults: [AttributeProto] = []
  var nodes: [NodeProto] = []
  var opsets: [String: Int] = [:]
}
