// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target is compiled alike: Swift 6 language mode (the default of these tools) and no warnings.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

let package = Package(
  name: "zoo",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "GraphIR", targets: ["GraphIR"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    // The vocabulary and everything written in it.
    .target(name: "GraphIR", swiftSettings: strict),

    // Formats and files.
    .target(
      name: "Migrations", path: "Migrations",
      resources: [.embedInCode("m0001_initial.sql")], swiftSettings: strict),
    .target(
      name: "Store",
      dependencies: [
        "GraphIR", "Migrations",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Crypto", package: "swift-crypto"),
      ], swiftSettings: strict),

    // Tests.
    .testTarget(
      name: "StoreTests", dependencies: ["Store", .product(name: "GRDB", package: "GRDB.swift")],
      exclude: ["Fixtures/state_digest.py"], resources: [.embedInCode("Fixtures/state_digest.json")],
      swiftSettings: strict),
  ]
)
