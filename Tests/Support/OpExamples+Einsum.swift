import GraphIR

/// Einstein's summation.
extension OpExamples {
  static func einsum(_ data: inout ExampleData) -> [OpExample] {
    func call(_ equation: String, _ shapes: Shape...) -> OpExample {
      OpExample(.einsum, equation, shapes.map { data.signed($0) }, ["equation": .string(equation)])
    }
    return [
      call("ij->ji", [2, 3]), call("ij->", [2, 3]), call("ij->i", [2, 3]), call("ii->i", [3, 3]), call("ii", [3, 3]),
      call("iji->j", [2, 3, 2]), call("i,i->", [3], [3]), call("i,j->ij", [2], [3]), call("ij,jk", [2, 3], [3, 2]),
      call("bij,bjk->bik", [2, 1, 3], [2, 3, 2]), call("bhqd,bhkd->bhqk", [1, 2, 2, 3], [1, 2, 2, 3]),
      call("ab,cd->da", [2, 3], [1, 2]), call("abc,dca->bd", [2, 2, 2], [2, 2, 2]),
      call("ij,jk,kl->il", [2, 2], [2, 3], [3, 2]), call("i,i,i->i", [2], [2], [2]), call("ii,ij->j", [2, 2], [2, 3]),
      call("...ij,...jk->...ik", [2, 2, 3], [3, 2]), call("i...,...i->...", [2, 3], [1, 2]), call("...", [2, 2]),
      call(" i j , j k -> i k ", [2, 2], [2, 2]), call("ij,ij->ij", [1, 3], [2, 1]),
      call("ij,jk->ik", [2, 1], [3, 2]),
      call(",i->i", [], [2]), call("Ab,bA", [2, 3], [3, 2]), call("bA", [2, 3]), call("...i,...i", [2, 3], [3]),
      OpExample(
        .einsum, "int64", [data.integers([2, 3]), data.integers([3, 2])], ["equation": .string("ij,jk->ik")]),
    ]
  }
}
