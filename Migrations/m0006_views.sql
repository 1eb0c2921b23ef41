-- The documented form of the data, for `zoo sql` and for other programs. `Docs/SQL.md` has the meaning of each column.
-- Tables are singular and may change; views are plural, and later versions only add columns to them.

CREATE VIEW runs AS
SELECT
  run.id, run.name, run.model, run.algorithm, run.status, run.message, run.step, run.target_step,
  -- Beyond 2^63 - 1 it is text.
  CASE WHEN run.seed < 0 THEN printf('%llu', run.seed) ELSE run.seed END AS seed,
  strftime('%Y-%m-%dT%H:%M:%fZ', run.created_at / 1000.0, 'unixepoch') AS created,
  strftime('%Y-%m-%dT%H:%M:%fZ', run.updated_at / 1000.0, 'unixepoch') AS updated,
  run.parent_run || '@' || run.parent_step AS parent,
  run.backend, run.machine, run.threads, run.platform, run.data, recipe.text AS recipe, claim.host, claim.pid
FROM run
JOIN recipe ON recipe.digest = run.recipe
LEFT JOIN claim ON claim.run = run.id;

-- The leaves of the settings' JSON. A list is one leaf.
CREATE VIEW settings AS
SELECT
  run.id AS run, replace(substr(leaf.fullkey, 3), '"', '') AS key,
  CASE leaf.type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE leaf.value END AS value
FROM run, json_tree(run.settings) AS leaf
WHERE leaf.type <> 'object' AND typeof(leaf.key) <> 'integer' AND leaf.path NOT LIKE '%[%';

CREATE VIEW metrics AS SELECT run, key AS name, step, value FROM metric;

CREATE VIEW latest_metrics AS SELECT run, key AS name, step, value FROM latest_metric;

CREATE VIEW events AS
SELECT
  run, step, strftime('%Y-%m-%dT%H:%M:%fZ', created_at / 1000.0, 'unixepoch') AS created, kind, message
FROM event;

CREATE VIEW checkpoints AS
SELECT
  run || '@' || step AS id, run, step,
  strftime('%Y-%m-%dT%H:%M:%fZ', created_at / 1000.0, 'unixepoch') AS created, lower(hex(digest)) AS digest, (
    SELECT coalesce(sum(tensor.byte_count), 0)
    FROM checkpoint_tensor JOIN tensor ON tensor.id = checkpoint_tensor.tensor
    WHERE checkpoint_tensor.checkpoint = checkpoint.id
  ) AS bytes
FROM checkpoint;

CREATE VIEW tensors AS
SELECT
  checkpoint.run || '@' || checkpoint.step AS checkpoint, checkpoint.run, checkpoint.step, checkpoint_tensor.name,
  tensor.dtype, tensor.shape, tensor.byte_count AS bytes, lower(hex(tensor.digest)) AS digest
FROM checkpoint
JOIN checkpoint_tensor ON checkpoint_tensor.checkpoint = checkpoint.id
JOIN tensor ON tensor.id = checkpoint_tensor.tensor;

CREATE VIEW pictures AS SELECT run, name, step, length(png) AS bytes, png FROM picture;

-- The operators of a run's networks and programs.
CREATE VIEW operators AS
SELECT run_graph.run, run_graph.role AS graph, node.op AS operator, count(*) AS nodes
FROM run_graph JOIN node ON node.graph = run_graph.graph
GROUP BY run_graph.run, run_graph.role, node.op;
