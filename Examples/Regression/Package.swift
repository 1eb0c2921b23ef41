// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "Regression",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "zoo", path: "../..")],
  targets: [
    .executableTarget(
      name: "Regression",
      dependencies: ["Autograd", "GraphIR", "NN", "TensorFiles"].map { .product(name: $0, package: "zoo") })
  ]
)
