import GraphIR

/// Where a value is: a place in a buffer.
struct PlanView: Hashable {
  var buffer: Int
  var offset = 0
}

/// Memory that values are in.
struct PlanBuffer {
  /// Whose the memory is.
  enum Kind {
    /// The plan's arena, which buffers share by turns.
    case arena
    /// A tensor of the state.
    case state(String)
    /// A constant's own.
    case constant(TensorValue)
  }

  let kind: Kind
  let byteCount: Int
  /// The buffer of the arena that this one is a part of.
  var parent: PlanView?

  var isArena: Bool { if case .arena = kind { true } else { false } }
}

/// The buffers of a plan, and which values are in them.
struct PlanMemory {
  private(set) var buffers: [PlanBuffer] = []
  private var views: [String: PlanView] = [:]
  /// Where values are in blocks.
  private var forms: [String: [(layout: BlockedLayout, view: PlanView)]] = [:]

  /// Where a value is. Requires that it was placed.
  subscript(name: String) -> PlanView {
    guard let view = views[name] else { preconditionFailure("the plan has no place for '\(name)'") }
    return view
  }

  /// Makes a buffer.
  mutating func add(_ kind: PlanBuffer.Kind, byteCount: Int) -> Int {
    buffers.append(PlanBuffer(kind: kind, byteCount: byteCount))
    return buffers.count - 1
  }

  /// Puts a value into a buffer of its own.
  mutating func place(_ name: String, _ type: TensorType, _ kind: PlanBuffer.Kind = .arena) {
    views[name] = PlanView(buffer: add(kind, byteCount: type.byteCount))
  }

  /// Puts a value where other memory is already.
  mutating func place(_ name: String, at view: PlanView) { views[name] = view }

  /// Whether a value is somewhere as a plain tensor.
  func isPlain(_ name: String) -> Bool { views[name] != nil }

  /// The first layout in which a value was placed in blocks; nil for one that never was.
  func blockedForm(_ name: String) -> (layout: BlockedLayout, view: PlanView)? { forms[name]?.first }

  /// Where a value is in a layout.
  func blocked(_ name: String, _ layout: BlockedLayout) -> PlanView? {
    forms[name]?.first { $0.layout == layout }?.view
  }

  /// Puts a value in a layout, beside other places that it has.
  mutating func place(_ name: String, _ layout: BlockedLayout, at view: PlanView) {
    forms[name, default: []].append((layout, view))
  }

  /// The buffer that a view lies in when all parts are put together.
  func root(_ view: PlanView) -> PlanView {
    var view = view
    while let parent = buffers[view.buffer].parent {
      view = PlanView(buffer: parent.buffer, offset: parent.offset + view.offset)
    }
    return view
  }

  /// Makes the buffer of a value a part of another one. False where it can't be: it is part of one already, or not the plan's.
  mutating func makePart(_ name: String, byteCount: Int, of whole: PlanView) -> Bool {
    let view = self[name]
    guard view.offset == 0, buffers[view.buffer].byteCount == byteCount else { return false }
    return makePart(view.buffer, of: whole)
  }

  /// Makes a buffer a part of another one. False where it can't be.
  mutating func makePart(_ buffer: Int, of whole: PlanView) -> Bool {
    guard buffers[buffer].isArena, buffers[buffer].parent == nil, root(whole).buffer != buffer else { return false }
    buffers[buffer].parent = whole
    return true
  }
}

extension TensorType {
  /// The bytes of a tensor of the type, which must be static.
  var byteCount: Int { shape.elementCount * dtype.byteCount }
}
