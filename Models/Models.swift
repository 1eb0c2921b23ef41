/// The recipes that come with the library, embedded in the binary.
///
/// A new recipe is a file in this folder, named in `Package.swift` and here.
public enum Models {
  /// The YAML text of each recipe, with the name of its file.
  public static let all: [(file: String, text: String)] = [
    ("wgan-gp-cifar-resnet.yaml", text(PackageResources.wgan_gp_cifar_resnet_yaml)),
    ("wgan-gp-fashion-conv.yaml", text(PackageResources.wgan_gp_fashion_conv_yaml)),
    ("wgan-gp-fashion.yaml", text(PackageResources.wgan_gp_fashion_yaml)),
    ("wgan-gp-tiny.yaml", text(PackageResources.wgan_gp_tiny_yaml)),
  ]

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
