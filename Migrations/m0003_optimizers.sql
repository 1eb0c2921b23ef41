-- Names the optimiser of an agent: `"optimizer": {"adam": {…}}`, as in WGAN-GP and A2C. Earlier runs always used Adam,
-- with the keys `adam` and `discriminatorAdam`.

UPDATE run SET settings = json_set(
  json_remove(settings, '$.settings.adam'),
  '$.settings.optimizer', json_object('adam', json_extract(settings, '$.settings.adam')))
WHERE algorithm IN ('ppo', 'ddpg', 'td3', 'sac') AND json_type(settings, '$.settings.adam') = 'object';

UPDATE run SET settings = json_set(
  json_remove(settings, '$.settings.agent.adam', '$.settings.discriminatorAdam'),
  '$.settings.agent.optimizer', json_object('adam', json_extract(settings, '$.settings.agent.adam')),
  '$.settings.discriminatorOptimizer', json_object('adam', json_extract(settings, '$.settings.discriminatorAdam')))
WHERE algorithm = 'imitation' AND json_type(settings, '$.settings.discriminatorAdam') = 'object';
