// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "HessianEigenvalue",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "zoo", path: "../..")],
  targets: [
    .executableTarget(
      name: "HessianEigenvalue",
      dependencies: ["Autograd", "GraphIR", "NN"].map { .product(name: $0, package: "zoo") })
  ]
)
