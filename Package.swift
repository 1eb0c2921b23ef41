// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target is compiled alike: Swift 6 language mode (the default of these tools) and no warnings.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

let package = Package(
  name: "zoo",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Autograd", targets: ["Autograd"])
  ],
  dependencies: [],
  targets: [
    // The vocabulary and everything written in it.
    .target(name: "GraphIR", swiftSettings: strict),
    .target(name: "Autograd", dependencies: ["GraphIR"], swiftSettings: strict),
  ]
)
