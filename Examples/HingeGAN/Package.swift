// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "HingeGAN",
  platforms: [.macOS(.v15)],
  // The name of the program; without it, that of the target.
  products: [.executable(name: "hinge-gan", targets: ["HingeGAN"])],
  dependencies: [.package(name: "zoo", path: "../..")],
  targets: [
    .executableTarget(
      name: "HingeGAN",
      dependencies: [
        "TrainingAlgorithms", "Autograd", "Checkpointing", "Datasets", "GraphIR", "NN", "ZooCommands", "ZooKit",
      ].map { .product(name: $0, package: "zoo") })
  ]
)
