import Datasets
import ZooCommands
import ZooKit

// The library's command line with a data set, a layer, an algorithm and a model more:
//   hinge-gan train discs --seed 1
//   hinge-gan resume RUN
//   hinge-gan sample RUN -o discs.png
var catalogue = Catalogue.standard
catalogue.add(DatasetSource("discs") { _ in Discs() })
catalogue.add(layer: "maxout") { (options) throws(RecipeError) in
  Maxout(outputs: try options.required("{maxout: 64}").integer(), pieces: 2)
}
catalogue.add(HingeGANSettings.self)
catalogue.add(
  model: """
    name: discs
    summary: Discs, by a GAN with the hinge loss and R1
    licence: MIT
    references: [arXiv:1801.04406]
    algorithm: hinge-gan
    dataset: discs
    networks:
      generator:
        input: [16]
        layers: [{linear: 128}, {leaky-relu: 0.2}, {linear: 128}, {leaky-relu: 0.2}, {linear: 144}, tanh,
          {unflatten: [1, 12, 12]}]
      critic: {input: [1, 12, 12], layers: [flatten, {maxout: 64}, {linear: 64}, softplus, {linear: 1}]}
    settings: {batch: 64, gamma: 1}
    steps: 3000
    checkpoint: {every: 500}
    """, file: "discs.yaml")
ZooProgram(name: "hinge-gan", abstract: "Trains GANs with the hinge loss.", catalogue: catalogue).main()
