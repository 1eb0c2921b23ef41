import NN

/// An optimiser that recipes can name. Add the type to a ``Catalogue``.
public protocol RecipeOptimizer: Optimizer {
  /// The keys of its hyperparameters besides the learning rate.
  static var table: SettingTable<Self> { get }
}

extension RecipeOptimizer {
  /// The hyperparameters with their defaults.
  public static var descriptions: [SettingDescription] { table.describe(Self()) }
}

extension Adam: RecipeOptimizer {
  /// The keys besides the learning rate.
  public static let table: SettingTable<Self> = [
    .init("betas", \.betas, .betas, "The decay rates of both moments."),
    .init("eps", \.eps, .positive, "A number added to the root of the second moment."),
  ]
}

extension AdamW: RecipeOptimizer {
  /// The keys besides the learning rate.
  public static let table: SettingTable<Self> = [
    .init("betas", \.betas, .betas, "The decay rates of both moments."),
    .init("eps", \.eps, .positive, "A number added to the root of the second moment."),
    .init("weightDecay", \.weightDecay, .nonnegative, "The weight decay, a multiple of the learning rate."),
  ]
}

extension RMSprop: RecipeOptimizer {
  /// The keys besides the learning rate.
  public static let table: SettingTable<Self> = [
    .init("alpha", \.alpha, .decay, "The decay rate of the mean square."),
    .init("eps", \.eps, .positive, "A number added to the root of the mean square."),
  ]
}

extension SGD: RecipeOptimizer {
  /// The keys besides the learning rate.
  public static let table: SettingTable<Self> = [
    .init("momentum", \.momentum, .decay, "The decay rate of the momentum; 0 for none."),
    .init("dampening", \.dampening, .fraction, "The part of a gradient that does not enter the momentum."),
    .init("weightDecay", \.weightDecay, .nonnegative, "The factor of a parameter that is added to its gradient."),
    .init("nesterov", \.nesterov, .flag, "Whether the momentum is Nesterov's."),
  ]
}
