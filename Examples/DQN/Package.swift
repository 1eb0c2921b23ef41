// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "DQN",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "dqn", targets: ["DQN"])],
  dependencies: [
    .package(name: "zoo", path: "../.."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
  ],
  targets: [
    .executableTarget(
      name: "DQN",
      dependencies: ["TrainingAlgorithms", "Autograd", "GraphIR", "NN", "RunStore", "ZooCommands", "ZooKit"].map {
        .product(name: $0, package: "zoo")
      } + [.product(name: "ArgumentParser", package: "swift-argument-parser")])
  ]
)
