// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "DQN",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "zoo", path: "../..")],
  targets: [
    .executableTarget(
      name: "DQN",
      dependencies: ["Algorithms", "Autograd", "GraphIR", "NN", "ZooCommands", "ZooKit"].map {
        .product(name: $0, package: "zoo")
      })
  ]
)
