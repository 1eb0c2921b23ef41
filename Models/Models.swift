/// The recipes that come with the library, embedded in the binary.
///
/// A new recipe is a file in this folder, named in `Package.swift` and here.
public enum BuiltInModels {
  /// The YAML text of each recipe, with the name of its file.
  public static let all: [(file: String, text: String)] = [
    ("a2c-cartpole.yaml", text(PackageResources.a2c_cartpole_yaml)),
    ("a2c-pendulum.yaml", text(PackageResources.a2c_pendulum_yaml)),
    ("classifier-fashion.yaml", text(PackageResources.classifier_fashion_yaml)),
    ("dcgan-r1-images.yaml", text(PackageResources.dcgan_r1_images_yaml)),
    ("ddpg-pendulum.yaml", text(PackageResources.ddpg_pendulum_yaml)),
    ("imitate-pendulum.yaml", text(PackageResources.imitate_pendulum_yaml)),
    ("ppo-acrobot.yaml", text(PackageResources.ppo_acrobot_yaml)),
    ("ppo-cartpole.yaml", text(PackageResources.ppo_cartpole_yaml)),
    ("ppo-lunarlander.yaml", text(PackageResources.ppo_lunarlander_yaml)),
    ("ppo-mountaincar.yaml", text(PackageResources.ppo_mountaincar_yaml)),
    ("ppo-pendulum.yaml", text(PackageResources.ppo_pendulum_yaml)),
    ("sac-bipedalwalker.yaml", text(PackageResources.sac_bipedalwalker_yaml)),
    ("sac-mountaincar.yaml", text(PackageResources.sac_mountaincar_yaml)),
    ("sac-pendulum.yaml", text(PackageResources.sac_pendulum_yaml)),
    ("sngan-hinge-images.yaml", text(PackageResources.sngan_hinge_images_yaml)),
    ("td3-mountaincar.yaml", text(PackageResources.td3_mountaincar_yaml)),
    ("td3-pendulum-smooth.yaml", text(PackageResources.td3_pendulum_smooth_yaml)),
    ("td3-pendulum.yaml", text(PackageResources.td3_pendulum_yaml)),
    ("wgan-gp-cifar-resnet.yaml", text(PackageResources.wgan_gp_cifar_resnet_yaml)),
    ("wgan-gp-fashion-conditional.yaml", text(PackageResources.wgan_gp_fashion_conditional_yaml)),
    ("wgan-gp-fashion-conv.yaml", text(PackageResources.wgan_gp_fashion_conv_yaml)),
    ("wgan-gp-fashion.yaml", text(PackageResources.wgan_gp_fashion_yaml)),
    ("wgan-gp-series.yaml", text(PackageResources.wgan_gp_series_yaml)),
    ("wgan-gp-tiny.yaml", text(PackageResources.wgan_gp_tiny_yaml)),
  ]

  /// The trajectories of experts that recipes name, by the name of their file.
  public static let trajectories: [String: String] = [
    "pendulum-expert.csv": text(PackageResources.pendulum_expert_csv)
  ]

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
