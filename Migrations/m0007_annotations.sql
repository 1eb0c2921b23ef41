-- What users write on a run. Nothing of its training depends on it.

ALTER TABLE run ADD COLUMN note TEXT;
-- A JSON array of texts, sorted.
ALTER TABLE run ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';

DROP VIEW runs;
CREATE VIEW runs AS
SELECT
  run.id, run.name, run.model, run.algorithm, run.status, run.message, run.step, run.target_step,
  -- Beyond 2^63 - 1 it is text.
  CASE WHEN run.seed < 0 THEN printf('%llu', run.seed) ELSE run.seed END AS seed,
  strftime('%Y-%m-%dT%H:%M:%fZ', run.created_at / 1000.0, 'unixepoch') AS created,
  strftime('%Y-%m-%dT%H:%M:%fZ', run.updated_at / 1000.0, 'unixepoch') AS updated,
  run.parent_run || '@' || run.parent_step AS parent,
  run.backend, run.machine, run.threads, run.platform, run.data, recipe.text AS recipe, claim.host, claim.pid, run.note
FROM run
JOIN recipe ON recipe.digest = run.recipe
LEFT JOIN claim ON claim.run = run.id;

CREATE VIEW tags AS SELECT run.id AS run, tag.value AS name FROM run, json_each(run.tags) AS tag;
