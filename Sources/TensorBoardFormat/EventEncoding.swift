import CTensorBoard

/// Builds the message of one event in an arena.
struct EventEncoding {
  /// The tags that the plugin `hparams` looks for.
  static let settingsTag = "_hparams_/session_start_info"
  static let endTag = "_hparams_/session_end_info"

  private let arena = EventArena()

  /// The bytes of an event's message.
  static func encoded(_ event: LogEvent) -> [UInt8] {
    let encoding = EventEncoding()
    return withExtendedLifetime(encoding.arena) {
      let message = encoding.event(event)
      return packed(tensorboard__event__get_packed_size(message)) { tensorboard__event__pack(message, $0) }
    }
  }

  private static func packed(_ count: Int, _ pack: (UnsafeMutablePointer<UInt8>?) -> Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: max(count, 1)) { $1 = pack($0.baseAddress) }
  }

  private func event(_ event: LogEvent) -> UnsafeMutablePointer<Tensorboard__Event> {
    arena.make(tensorboard__event__init) { message in
      message.wall_time = event.time
      message.step = Int64(event.step)
      switch event.content {
      case .version: message.file_version = arena.string("brain.Event:2")
      case .start:
        message.session_log = arena.make(tensorboard__session_log__init) {
          $0.status = TENSORBOARD__SESSION_LOG__SESSION_STATUS__START
        }
      case .values(let values):
        message.summary = arena.make(tensorboard__summary__init) {
          ($0.n_value, $0.value) = arena.list(values.map(value))
        }
      case .graph(let nodes):
        let graph = graph(nodes)
        message.graph_def = arena.bytes(
          Self.packed(tensorboard__graph_def__get_packed_size(graph)) { tensorboard__graph_def__pack(graph, $0) })
      }
    }
  }

  private func value(_ value: LogValue) -> UnsafeMutablePointer<Tensorboard__Summary__Value> {
    switch value.content {
    case .scalar(let number):
      return self.value(value.tag, "scalars", TENSORBOARD__DATA_CLASS__DATA_CLASS_SCALAR) { $0.set(Float(number)) }
    case .text(let text):
      return self.value(value.tag, "text", TENSORBOARD__DATA_CLASS__DATA_CLASS_TENSOR, tensor([], [Array(text.utf8)]))
    case .picture(let width, let height, let png):
      let parts = [Array("\(width)".utf8), Array("\(height)".utf8), png]
      return self.value(value.tag, "images", TENSORBOARD__DATA_CLASS__DATA_CLASS_BLOB_SEQUENCE, tensor([3], parts))
    case .histogram(let histogram):
      let rows = histogram.buckets.flatMap { [$0.left, $0.right, Double($0.count)] }
      return self.value(
        value.tag, "histograms", TENSORBOARD__DATA_CLASS__DATA_CLASS_TENSOR,
        tensor([histogram.buckets.count, 3], rows))
    case .settings(let settings, let started):
      return hparams(Self.settingsTag) { $0.set(start(settings, started)) }
    case .end(let status, let time):
      return hparams(Self.endTag) { $0.set(end(status, time)) }
    }
  }

  private func value(
    _ tag: String, _ plugin: String, _ kind: Tensorboard__DataClass,
    _ tensor: UnsafeMutablePointer<Tensorboard__TensorProto>, content: [UInt8] = []
  ) -> UnsafeMutablePointer<Tensorboard__Summary__Value> {
    value(tag, plugin, kind, content: content) { $0.set(tensor) }
  }

  private func value(
    _ tag: String, _ plugin: String, _ kind: Tensorboard__DataClass, content: [UInt8] = [],
    _ fill: (inout Tensorboard__Summary__Value) -> Void
  ) -> UnsafeMutablePointer<Tensorboard__Summary__Value> {
    arena.make(tensorboard__summary__value__init) { message in
      message.tag = arena.string(tag)
      fill(&message)
      message.metadata = arena.make(tensorboard__summary_metadata__init) {
        $0.data_class = kind
        $0.plugin_data = arena.make(tensorboard__summary_metadata__plugin_data__init) {
          $0.plugin_name = arena.string(plugin)
          $0.content = arena.bytes(content)
        }
      }
    }
  }

  private func tensor(_ shape: [Int], _ numbers: [Double]) -> UnsafeMutablePointer<Tensorboard__TensorProto> {
    arena.make(tensorboard__tensor_proto__init) { message in
      message.dtype = TENSORBOARD__DATA_TYPE__DT_DOUBLE
      message.tensor_shape = self.shape(shape)
      (message.n_double_val, message.double_val) = arena.array(numbers)
    }
  }

  private func tensor(_ shape: [Int], _ texts: [[UInt8]]) -> UnsafeMutablePointer<Tensorboard__TensorProto> {
    arena.make(tensorboard__tensor_proto__init) { message in
      message.dtype = TENSORBOARD__DATA_TYPE__DT_STRING
      message.tensor_shape = self.shape(shape)
      (message.n_string_val, message.string_val) = arena.array(texts.map { arena.bytes($0) })
    }
  }

  private func shape(_ extents: [Int]) -> UnsafeMutablePointer<Tensorboard__TensorShapeProto> {
    arena.make(tensorboard__tensor_shape_proto__init) { message in
      (message.n_dim, message.dim) = arena.list(
        extents.map { extent in
          arena.make(tensorboard__tensor_shape_proto__dim__init) { $0.size = Int64(extent) }
        })
    }
  }

  // MARK: Graphs

  private func graph(_ nodes: [LogGraphNode]) -> UnsafeMutablePointer<Tensorboard__GraphDef> {
    arena.make(tensorboard__graph_def__init) { message in
      (message.n_node, message.node) = arena.list(nodes.map(node))
      // The version of TensorFlow's graphs that readers expect at least.
      message.versions = arena.make(tensorboard__version_def__init) { $0.producer = 22 }
    }
  }

  private func node(_ node: LogGraphNode) -> UnsafeMutablePointer<Tensorboard__NodeDef> {
    arena.make(tensorboard__node_def__init) { message in
      message.name = arena.string(node.name)
      message.op = arena.string(node.op)
      (message.n_input, message.input) = arena.list(node.inputs.map(arena.string))
      let shapes = attribute("_output_shapes") { $0.set(list(of: node.shapes)) }
      let others = node.attributes.map { entry in attribute(entry.name) { $0.set(arena.bytes(entry.value.utf8)) } }
      (message.n_attr, message.attr) = arena.list((node.shapes.isEmpty ? [] : [shapes]) + others)
    }
  }

  private func list(of shapes: [[Int]]) -> UnsafeMutablePointer<Tensorboard__AttrValue__ListValue> {
    arena.make(tensorboard__attr_value__list_value__init) {
      ($0.n_shape, $0.shape) = arena.list(shapes.map(shape))
    }
  }

  private func attribute(
    _ name: String, _ fill: (inout Tensorboard__AttrValue) -> Void
  ) -> UnsafeMutablePointer<Tensorboard__NodeDef__AttrEntry> {
    arena.make(tensorboard__node_def__attr_entry__init) {
      $0.key = arena.string(name)
      $0.value = arena.make(tensorboard__attr_value__init, fill)
    }
  }

  // MARK: Settings

  private func hparams(
    _ tag: String, _ fill: (inout Tensorboard__HParamsPluginData) -> Void
  ) -> UnsafeMutablePointer<Tensorboard__Summary__Value> {
    let data = arena.make(tensorboard__hparams_plugin_data__init, fill)
    let content = Self.packed(tensorboard__hparams_plugin_data__get_packed_size(data)) {
      tensorboard__hparams_plugin_data__pack(data, $0)
    }
    // The plugin reads the content. Its number is there because readers drop values without a tensor.
    return value(tag, "hparams", TENSORBOARD__DATA_CLASS__DATA_CLASS_TENSOR, tensor([], [0]), content: content)
  }

  private func start(
    _ settings: [(name: String, value: LogValue.Setting)], _ time: Double
  ) -> UnsafeMutablePointer<Tensorboard__SessionStartInfo> {
    arena.make(tensorboard__session_start_info__init) { message in
      message.start_time_secs = time
      (message.n_hparams, message.hparams) = arena.list(
        settings.map { setting in
          arena.make(tensorboard__session_start_info__hparams_entry__init) {
            $0.key = arena.string(setting.name)
            $0.value = arena.make(tensorboard__value__init) { $0.set(setting.value, arena) }
          }
        })
    }
  }

  private func end(_ status: LogValue.Status, _ time: Double) -> UnsafeMutablePointer<Tensorboard__SessionEndInfo> {
    arena.make(tensorboard__session_end_info__init) { message in
      message.end_time_secs = time
      message.status =
        switch status {
        case .done: TENSORBOARD__STATUS__STATUS_SUCCESS
        case .failed: TENSORBOARD__STATUS__STATUS_FAILURE
        case .running: TENSORBOARD__STATUS__STATUS_RUNNING
        }
    }
  }
}

// A member of a union counts if the case names it.

extension Tensorboard__Summary__Value {
  fileprivate mutating func set(_ number: Float) {
    (value_case, simple_value) = (TENSORBOARD__SUMMARY__VALUE__VALUE_SIMPLE_VALUE, number)
  }

  fileprivate mutating func set(_ tensor: UnsafeMutablePointer<Tensorboard__TensorProto>) {
    (value_case, self.tensor) = (TENSORBOARD__SUMMARY__VALUE__VALUE_TENSOR, tensor)
  }
}

extension Tensorboard__AttrValue {
  fileprivate mutating func set(_ list: UnsafeMutablePointer<Tensorboard__AttrValue__ListValue>) {
    (value_case, self.list) = (TENSORBOARD__ATTR_VALUE__VALUE_LIST, list)
  }

  fileprivate mutating func set(_ bytes: ProtobufCBinaryData) {
    (value_case, s) = (TENSORBOARD__ATTR_VALUE__VALUE_S, bytes)
  }
}

extension Tensorboard__HParamsPluginData {
  fileprivate mutating func set(_ start: UnsafeMutablePointer<Tensorboard__SessionStartInfo>) {
    (data_case, session_start_info) = (TENSORBOARD__HPARAMS_PLUGIN_DATA__DATA_SESSION_START_INFO, start)
  }

  fileprivate mutating func set(_ end: UnsafeMutablePointer<Tensorboard__SessionEndInfo>) {
    (data_case, session_end_info) = (TENSORBOARD__HPARAMS_PLUGIN_DATA__DATA_SESSION_END_INFO, end)
  }
}

extension Tensorboard__Value {
  fileprivate mutating func set(_ setting: LogValue.Setting, _ arena: EventArena) {
    switch setting {
    case .number(let number): (kind_case, number_value) = (TENSORBOARD__VALUE__KIND_NUMBER_VALUE, number)
    case .text(let text): (kind_case, string_value) = (TENSORBOARD__VALUE__KIND_STRING_VALUE, arena.string(text))
    case .flag(let flag): (kind_case, bool_value) = (TENSORBOARD__VALUE__KIND_BOOL_VALUE, flag ? 1 : 0)
    }
  }
}
