// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "FineTuning",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "zoo", path: "../..")],
  targets: [
    .executableTarget(
      name: "FineTuning",
      dependencies: ["Autograd", "GraphIR", "NN", "ONNXFormat"].map { .product(name: $0, package: "zoo") })
  ]
)
