// swift-tools-version: 6.2
import PackageDescription

// A target names every module that it imports: SwiftPM compiles it again only when one of those has changed.

/// Every Swift target is compiled alike: Swift 6 language mode (the default of these tools) and no warnings.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

let package = Package(
  name: "zoo",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "zoo", targets: ["zoo"]),
    .library(name: "GraphIR", targets: ["GraphIR"]),
    .library(name: "Checkpointing", targets: ["Checkpointing"]),
    .library(name: "Autograd", targets: ["Autograd"]),
    .library(name: "GraphRuntime", targets: ["GraphRuntime"]),
    .library(name: "StableHLO", targets: ["StableHLO"]),
    .library(name: "Accelerator", targets: ["Accelerator"]),
    .library(name: "NN", targets: ["NN"]),
    .library(name: "Datasets", targets: ["Datasets"]),
    .library(name: "Environments", targets: ["Environments"]),
    .library(name: "GenerativeMetrics", targets: ["GenerativeMetrics"]),
    .library(name: "TrainingAlgorithms", targets: ["TrainingAlgorithms"]),
    .library(name: "Pictures", targets: ["Pictures"]),
    .library(name: "Rendering", targets: ["Rendering"]),
    .library(name: "ONNXFormat", targets: ["ONNXFormat"]),
    .library(name: "TensorBoardFormat", targets: ["TensorBoardFormat"]),
    .library(name: "RunStore", targets: ["RunStore"]),
    .library(name: "FileOutput", targets: ["FileOutput"]),
    .library(name: "TensorFiles", targets: ["TensorFiles"]),
    .library(name: "ZooKit", targets: ["ZooKit"]),
    .library(name: "WebServer", targets: ["WebServer"]),
    .library(name: "ZooCommands", targets: ["ZooCommands"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.14.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.4.0"),
  ],
  targets: [
    // System libraries.
    .systemLibrary(name: "CCairo", pkgConfig: "cairo", providers: [.apt(["libcairo2-dev"])]),
    .systemLibrary(name: "CGIF", providers: [.apt(["libgif-dev"])]),
    .systemLibrary(name: "CGraphviz", pkgConfig: "libgvc", providers: [.apt(["libgraphviz-dev"])]),
    .systemLibrary(name: "CLAPACK", providers: [.apt(["liblapacke-dev"])]),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .systemLibrary(name: "CTurboJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
    .systemLibrary(name: "CWebP", pkgConfig: "libwebpdemux", providers: [.apt(["libwebp-dev"])]),
    .systemLibrary(name: "CEXIF", pkgConfig: "libexif", providers: [.apt(["libexif-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

    .target(name: "FileOutput", swiftSettings: strict),

    // The vocabulary and everything written in it.
    .target(name: "GraphIR", swiftSettings: strict),
    .target(name: "Checkpointing", dependencies: ["GraphIR"], swiftSettings: strict),
    .target(
      name: "Autograd", dependencies: ["GraphIR", "GraphRuntime"],
      resources: [.embedInCode("Certificates/certificates.json")],
      swiftSettings: strict),
    .target(name: "CKernels", linkerSettings: ["sleef", "m"].map { .linkedLibrary($0) }),
    .target(name: "GraphRuntime", dependencies: ["GraphIR", "CKernels"], swiftSettings: strict),
    .target(name: "StableHLO", dependencies: ["GraphIR"], swiftSettings: strict),
    .target(name: "CPJRT", linkerSettings: [.linkedLibrary("dl")]),
    .target(
      name: "Accelerator",
      dependencies: [
        "CPJRT", "GraphIR", "GraphRuntime", "StableHLO", .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: strict),
    .target(name: "NN", dependencies: ["GraphIR", "Autograd"], swiftSettings: strict),
    .target(name: "GenerativeMetrics", dependencies: ["GraphIR", "Autograd", "CLAPACK"], swiftSettings: strict),
    .target(
      name: "Pictures", dependencies: ["FileOutput", "CPNG", "CTurboJPEG", "CWebP", "CEXIF"], swiftSettings: strict),
    .target(
      name: "Datasets", dependencies: ["Checkpointing", "FileOutput", "GraphIR", "Pictures", "TensorFiles", "CZlib"],
      swiftSettings: strict),
    .target(
      name: "Environments",
      resources: ["checks", "spaces", "chance", "pickling", "states", "trial", "worker"].map {
        .embedInCode("Gymnasium/\($0).py")
      },
      swiftSettings: strict),
    .target(
      name: "Rendering", dependencies: ["Environments", "FileOutput", "Pictures", "CCairo", "CGIF"],
      swiftSettings: strict),
    .target(
      name: "TrainingAlgorithms",
      dependencies: ["Checkpointing", "GraphIR", "Autograd", "NN", "Datasets", "Environments"], swiftSettings: strict),

    // Formats and files.
    .target(name: "CONNX", exclude: ["onnx.proto"], linkerSettings: [.linkedLibrary("protobuf-c")]),
    .target(
      name: "CTensorBoard", exclude: ["tensorboard.proto"], linkerSettings: [.linkedLibrary("protobuf-c")]),
    .target(name: "TensorBoardFormat", dependencies: ["CTensorBoard"], swiftSettings: strict),
    .target(name: "ONNXFormat", dependencies: ["FileOutput", "GraphIR", "CONNX"], swiftSettings: strict),
    .target(name: "TensorFiles", dependencies: ["FileOutput", "GraphIR", "CZlib"], swiftSettings: strict),
    .target(
      name: "Migrations", path: "Migrations",
      resources: [
        "m0001_initial", "m0002_events", "m0003_optimizers", "m0004_named_graphs", "m0005_pictures", "m0006_views",
        "m0007_annotations",
      ].map { .embedInCode("\($0).sql") },
      swiftSettings: strict),
    .target(
      name: "RunStore",
      dependencies: [
        "Checkpointing", "GraphIR", "Migrations",
        .product(name: "GRDB", package: "GRDB.swift"), .product(name: "GRDBSQLite", package: "GRDB.swift"),
        .product(name: "Crypto", package: "swift-crypto"),
      ], swiftSettings: strict),

    // Recipes as text.
    .target(
      name: "Models", path: "Models", exclude: ["trained"],
      resources: [
        .embedInCode("imitate-pendulum.yaml"), .embedInCode("pendulum-expert.csv"), .embedInCode("a2c-cartpole.yaml"),
        .embedInCode("classifier-fashion.yaml"), .embedInCode("dcgan-r1-images.yaml"),
        .embedInCode("sngan-hinge-images.yaml"), .embedInCode("wgan-gp-series.yaml"),
        .embedInCode("a2c-pendulum.yaml"), .embedInCode("ddpg-pendulum.yaml"),
        .embedInCode("ppo-acrobot.yaml"), .embedInCode("ppo-cartpole.yaml"), .embedInCode("ppo-lunarlander.yaml"),
        .embedInCode("ppo-mountaincar.yaml"), .embedInCode("sac-bipedalwalker.yaml"),
        .embedInCode("ppo-pendulum.yaml"), .embedInCode("sac-mountaincar.yaml"), .embedInCode("sac-pendulum.yaml"),
        .embedInCode("td3-mountaincar.yaml"), .embedInCode("td3-pendulum-smooth.yaml"),
        .embedInCode("td3-pendulum.yaml"), .embedInCode("wgan-gp-cifar-resnet.yaml"),
        .embedInCode("wgan-gp-fashion-conditional.yaml"), .embedInCode("wgan-gp-fashion-conv.yaml"),
        .embedInCode("wgan-gp-fashion.yaml"), .embedInCode("wgan-gp-tiny.yaml"),
      ], swiftSettings: strict),

    // The library's face, and the command.
    .target(
      name: "ZooKit",
      dependencies: [
        "Accelerator", "GraphIR", "Autograd", "NN", "Datasets", "Environments", "TrainingAlgorithms", "GraphRuntime",
        "FileOutput", "GenerativeMetrics", "ONNXFormat",
        "Pictures", "Rendering", "RunStore", "TensorBoardFormat", "TensorFiles", "Models",
        .product(name: "Yams", package: "Yams"),
      ], swiftSettings: strict),
    .target(
      name: "WebServer",
      dependencies: [
        "CGraphviz", "GraphIR", "ONNXFormat", "Pictures", "Rendering", "RunStore", "TensorFiles", "ZooKit",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Mustache", package: "swift-mustache"),
        .product(name: "NIOCore", package: "swift-nio"),
      ],
      resources: [
        "layout.mustache", "runs.mustache", "run.mustache", "compare.mustache", "graph.mustache", "models.mustache",
        "model.mustache", "weights.mustache", "action.mustache", "error.mustache", "page.css", "page.js",
        "icon.svg",
      ].map { .embedInCode("Templates/\($0)") },
      swiftSettings: strict),
    .target(
      name: "ZooCommands",
      dependencies: [
        "Accelerator", "TrainingAlgorithms", "Datasets", "Environments", "GenerativeMetrics", "GraphIR",
        "GraphRuntime", "FileOutput",
        "ONNXFormat", "Pictures", "Rendering", "RunStore", "TensorFiles", "WebServer",
        "ZooKit",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    .executableTarget(name: "zoo", dependencies: ["ZooCommands"], swiftSettings: strict),

    .executableTarget(
      name: "CheckpointCost", dependencies: ["Checkpointing", "GraphIR", "RunStore", "ZooKit"],
      path: "Benchmarks/CheckpointCost",
      swiftSettings: strict),
    .executableTarget(
      name: "CriticStep",
      dependencies: ["GraphIR", "Autograd", "GraphRuntime", "Datasets", "TrainingAlgorithms", "ZooKit"],
      path: "Benchmarks/CriticStep", swiftSettings: strict),
    .executableTarget(
      name: "EnvironmentCost", dependencies: ["Environments"], path: "Benchmarks/EnvironmentCost", swiftSettings: strict
    ),
    .executableTarget(
      name: "ImportCost", dependencies: ["ONNXFormat"], path: "Benchmarks/ImportCost", swiftSettings: strict),
    .executableTarget(
      name: "ModelDerivatives", dependencies: ["GraphIR", "Autograd", "ONNXFormat", "TensorFiles"],
      path: "Benchmarks/ModelDerivatives", swiftSettings: strict),
    .executableTarget(
      name: "OperatorCost", dependencies: ["GraphIR", "Autograd", "GraphRuntime"], path: "Benchmarks/OperatorCost",
      swiftSettings: strict),
    .executableTarget(
      name: "TapeMemory", dependencies: ["GraphIR", "Autograd", "GraphRuntime"], path: "Benchmarks/TapeMemory",
      swiftSettings: strict),

    // Tests.
    .target(name: "CallCounter", path: "Tests/CallCounter"),
    .target(name: "SignalStorm", path: "Tests/SignalStorm"),
    .executableTarget(
      name: "AheadOfTime", dependencies: ["Accelerator", "GraphIR", "StableHLO", "ZooKit"],
      path: "Tests/AheadOfTime", exclude: ["h200.txtpb", "interface.c"], swiftSettings: strict),
    .executableTarget(
      name: "ProgramSteps", dependencies: ["GraphIR", "GraphRuntime", "TensorFiles", "RunStore", "ZooKit"],
      path: "Tests/ProgramSteps", swiftSettings: strict),
    .executableTarget(
      name: "SignalHost", dependencies: ["GraphRuntime", "GraphIR", "SignalStorm"], path: "Tests/SignalHost",
      swiftSettings: strict),
    .target(
      name: "TestSupport", dependencies: ["Accelerator", "GraphIR", "CallCounter", "Pictures", "StableHLO"],
      path: "Tests/Support", swiftSettings: strict),
    .testTarget(name: "FileOutputTests", dependencies: ["FileOutput"], swiftSettings: strict),
    .testTarget(
      name: "TensorFilesTests", dependencies: ["FileOutput", "TensorFiles", "GraphIR"], swiftSettings: strict),
    .testTarget(name: "GraphIRTests", dependencies: ["GraphIR", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "AutogradTests", dependencies: ["GraphIR", "GraphRuntime", "Autograd", "TestSupport"], swiftSettings: strict
    ),
    .testTarget(
      name: "GraphRuntimeTests",
      dependencies: ["GraphRuntime", "CKernels", "GraphIR", "TestSupport", "CallCounter", "SignalHost"],
      swiftSettings: strict),
    .testTarget(
      name: "StableHLOTests", dependencies: ["GraphIR", "StableHLO", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "AcceleratorTests",
      dependencies: ["Accelerator", "Autograd", "GraphIR", "GraphRuntime", "StableHLO", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "NNTests", dependencies: ["GraphIR", "Autograd", "NN", "TensorFiles", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "DatasetsTests",
      dependencies: ["Checkpointing", "Datasets", "GraphIR", "Pictures", "TensorFiles", "CZlib"],
      swiftSettings: strict),
    .testTarget(
      name: "GenerativeMetricsTests", dependencies: ["GenerativeMetrics", "GraphIR", "TestSupport"],
      swiftSettings: strict),
    .testTarget(name: "EnvironmentsTests", dependencies: ["Environments"], swiftSettings: strict),
    .testTarget(
      name: "RenderingTests",
      dependencies: ["Environments", "FileOutput", "Pictures", "Rendering", "CGIF", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "PicturesTests", dependencies: ["FileOutput", "Pictures", "CPNG"], exclude: ["Fixtures/make_pictures.py"],
      resources: [.embedInCode("Fixtures/pictures.json")], swiftSettings: strict),
    .testTarget(
      name: "TrainingAlgorithmsTests",
      dependencies: [
        "Checkpointing", "GraphIR", "Autograd", "NN", "Datasets", "Environments", "TrainingAlgorithms", "GraphRuntime",
        "TestSupport",
      ], swiftSettings: strict),
    .testTarget(
      name: "ONNXFormatTests", dependencies: ["ONNXFormat", "CONNX", "GraphIR", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "RunStoreTests",
      dependencies: [
        "Checkpointing", "GraphIR", "RunStore", "TestSupport", .product(name: "GRDB", package: "GRDB.swift"),
      ],
      exclude: ["Fixtures/state_digest.py"],
      resources: [.embedInCode("Fixtures/state_digest.json")],
      swiftSettings: strict),
    .testTarget(name: "TensorBoardFormatTests", dependencies: ["TensorBoardFormat"], swiftSettings: strict),
    .testTarget(
      name: "CommandTests",
      dependencies: ["Accelerator", "GraphIR", "ONNXFormat", "Pictures", "TensorFiles", "TestSupport", "ZooCommands"],
      swiftSettings: strict),
    .testTarget(
      name: "ZooKitTests",
      dependencies: [
        "Accelerator", "ZooKit", "Checkpointing", "TrainingAlgorithms", "Autograd", "Environments", "GraphRuntime",
        "GraphIR", "NN",
        "GenerativeMetrics", "ONNXFormat", "RunStore", "Datasets", "Pictures", "TensorFiles",
        "TestSupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ArticleTests",
      dependencies: [
        "TrainingAlgorithms", "Autograd", "Checkpointing", "Datasets", "GraphIR", "NN", "ONNXFormat", "RunStore",
        "ZooKit",
        "TestSupport",
      ], swiftSettings: strict),
  ]
)
