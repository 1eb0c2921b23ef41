// swift-tools-version: 6.2
import PackageDescription

// script/fuzz builds this package with the flags that libFuzzer needs. Recipes need the whole library, formats little
// of it.

let package = Package(
  name: "Fuzz",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "zoo", path: "..")],
  targets: [
    .executableTarget(
      name: "FuzzFormats",
      dependencies: ["GraphIR", "ONNXFormat", "TensorFiles"].map { .product(name: $0, package: "zoo") }),
    .executableTarget(name: "FuzzRecipes", dependencies: [.product(name: "ZooKit", package: "zoo")]),
  ]
)
