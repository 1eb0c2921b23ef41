import GraphIR

/// The location of a value: an offset in a buffer.
struct PlanView: Hashable {
  var buffer: Int
  var offset = 0
}

/// Memory for values.
struct PlanBuffer {
  /// The owner of the memory.
  enum Kind {
    /// The plan's arena, which buffers share over time.
    case arena
    /// A tensor of the state.
    case state(String)
    /// A constant's own memory.
    case constant(TensorValue)
  }

  let kind: Kind
  let byteCount: Int
  /// The buffer of the arena that contains this one.
  var parent: PlanView?

  var isArena: Bool { if case .arena = kind { true } else { false } }
}

/// The buffers of a plan and their values.
struct PlanMemory {
  private(set) var buffers: [PlanBuffer] = []
  private var views: [String: PlanView] = [:]

  /// The location of a value. Requires that it was placed.
  subscript(name: String) -> PlanView {
    guard let view = views[name] else { preconditionFailure("the plan has no place for '\(name)'") }
    return view
  }

  /// Adds a buffer and returns its index.
  mutating func add(_ kind: PlanBuffer.Kind, byteCount: Int) -> Int {
    buffers.append(PlanBuffer(kind: kind, byteCount: byteCount))
    return buffers.count - 1
  }

  /// Places a value in a new buffer.
  mutating func place(_ name: String, _ type: TensorType, _ kind: PlanBuffer.Kind = .arena) {
    views[name] = PlanView(buffer: add(kind, byteCount: type.byteCount))
  }

  /// Places a value in existing memory.
  mutating func place(_ name: String, at view: PlanView) { views[name] = view }

  /// The location of a view in the outermost buffer.
  func root(_ view: PlanView) -> PlanView {
    var view = view
    while let parent = buffers[view.buffer].parent {
      view = PlanView(buffer: parent.buffer, offset: parent.offset + view.offset)
    }
    return view
  }

  /// Places the buffer of a value inside another one. Returns false if it is inside one already, or is not in the
  /// arena.
  mutating func makePart(_ name: String, byteCount: Int, of whole: PlanView) -> Bool {
    let view = self[name]
    guard view.offset == 0, buffers[view.buffer].byteCount == byteCount else { return false }
    return makePart(view.buffer, of: whole)
  }

  /// Places a buffer inside another one. Returns false if that is not possible.
  mutating func makePart(_ buffer: Int, of whole: PlanView) -> Bool {
    guard buffers[buffer].isArena, buffers[buffer].parent == nil, root(whole).buffer != buffer else { return false }
    buffers[buffer].parent = whole
    return true
  }
}

extension TensorType {
  /// The bytes of a tensor of the type. Requires a static shape.
  var byteCount: Int { shape.elementCount * dtype.byteCount }
}
