-- The first schema of a zoo. Every table is STRICT. Times are milliseconds since 1970-01-01 UTC. Digests are 32 bytes
-- of SHA-256. Shapes are JSON arrays, in which -1 is a graph's first symbolic dimension, -2 its second, and so on.

-- ------------------------------------------------------------------------------------------------------------- Tensors

-- Content-addressed: `digest` covers element type, shape and bytes, so equal tensors are one row.
CREATE TABLE tensor (
  id INTEGER NOT NULL PRIMARY KEY,
  digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
  dtype TEXT NOT NULL,
  shape TEXT NOT NULL,
  byte_count INTEGER NOT NULL CHECK (byte_count >= 0)
) STRICT;

-- Raw little-endian bytes, 1 MiB a chunk (the last one is shorter). A tensor without elements has none.
CREATE TABLE tensor_chunk (
  tensor INTEGER NOT NULL REFERENCES tensor (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (tensor, position)
) STRICT, WITHOUT ROWID;

-- -------------------------------------------------------------------------------------------------------------- Graphs

-- Content-addressed like tensors: two runs of one recipe share their graphs.
CREATE TABLE graph (
  id INTEGER NOT NULL PRIMARY KEY,
  digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
  name TEXT NOT NULL
) STRICT;

CREATE TABLE graph_symbol (
  graph INTEGER NOT NULL REFERENCES graph (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (graph, position)
) STRICT, WITHOUT ROWID;

-- Inputs and outputs.
CREATE TABLE graph_value (
  graph INTEGER NOT NULL REFERENCES graph (id) ON DELETE CASCADE,
  role TEXT NOT NULL CHECK (role IN ('input', 'output')),
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  dtype TEXT NOT NULL,
  shape TEXT NOT NULL,
  PRIMARY KEY (graph, role, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE parameter (
  graph INTEGER NOT NULL REFERENCES graph (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  dtype TEXT NOT NULL,
  shape TEXT NOT NULL,
  trainable INTEGER NOT NULL CHECK (trainable IN (0, 1)),
  PRIMARY KEY (graph, position)
) STRICT, WITHOUT ROWID;

-- Initializers in ONNX's terms: values that never change.
CREATE TABLE constant (
  graph INTEGER NOT NULL REFERENCES graph (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  tensor INTEGER NOT NULL REFERENCES tensor (id),
  PRIMARY KEY (graph, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX constant_tensor ON constant (tensor);

-- The next values of parameters after a run of the graph.
CREATE TABLE parameter_update (
  graph INTEGER NOT NULL REFERENCES graph (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  parameter TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (graph, position)
) STRICT, WITHOUT ROWID;

-- The nodes in execution order; `op` is ONNX's op_type.
CREATE TABLE node (
  id INTEGER NOT NULL PRIMARY KEY,
  graph INTEGER NOT NULL REFERENCES graph (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  op TEXT NOT NULL,
  UNIQUE (graph, position)
) STRICT;
CREATE INDEX node_op ON node (op, graph);

-- The inputs and outputs of a node; an empty value is an optional input that is left out.
CREATE TABLE edge (
  node INTEGER NOT NULL REFERENCES node (id) ON DELETE CASCADE,
  role TEXT NOT NULL CHECK (role IN ('input', 'output')),
  position INTEGER NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (node, role, position)
) STRICT, WITHOUT ROWID;

-- Attributes that differ from an operator's defaults: JSON, or a tensor.
CREATE TABLE attribute (
  node INTEGER NOT NULL REFERENCES node (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('INT', 'FLOAT', 'STRING', 'INTS', 'FLOATS', 'STRINGS', 'TENSOR')),
  value TEXT,
  tensor INTEGER REFERENCES tensor (id),
  PRIMARY KEY (node, name),
  CHECK ((kind = 'TENSOR') = (tensor IS NOT NULL)),
  CHECK ((value IS NULL) = (tensor IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX attribute_tensor ON attribute (tensor) WHERE tensor IS NOT NULL;

-- ---------------------------------------------------------------------------------------------------------------- Runs

-- A recipe's text as it was when a run began, so that runs outlive their recipe.
CREATE TABLE recipe (
  digest BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
  text TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE run (
  id TEXT NOT NULL PRIMARY KEY CHECK (length(id) >= 7),
  name TEXT,
  model TEXT NOT NULL,
  recipe BLOB NOT NULL REFERENCES recipe (digest),
  -- The bits of an unsigned number.
  seed INTEGER NOT NULL,
  algorithm TEXT NOT NULL,
  settings TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('running', 'interrupted', 'done', 'failed')),
  message TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  step INTEGER NOT NULL,
  target_step INTEGER,
  -- The checkpoint that this run was forked from. It may have been pruned since, hence no reference to it.
  parent_run TEXT REFERENCES run (id) ON DELETE SET NULL,
  parent_step INTEGER,
  backend TEXT NOT NULL,
  machine TEXT NOT NULL,
  threads INTEGER NOT NULL
) STRICT;
CREATE INDEX run_updated ON run (updated_at);
CREATE INDEX run_parent ON run (parent_run) WHERE parent_run IS NOT NULL;
CREATE INDEX run_recipe ON run (recipe);

-- The process that trains a run. Boot, namespace and start tell a live process from another one with its number.
CREATE TABLE claim (
  run TEXT NOT NULL PRIMARY KEY REFERENCES run (id) ON DELETE CASCADE,
  token TEXT NOT NULL,
  host TEXT NOT NULL,
  boot TEXT NOT NULL,
  namespace TEXT NOT NULL,
  pid INTEGER NOT NULL,
  started INTEGER NOT NULL,
  claimed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE run_graph (
  run TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  role TEXT NOT NULL,
  graph INTEGER NOT NULL REFERENCES graph (id),
  PRIMARY KEY (run, role)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_graph_graph ON run_graph (graph);

-- --------------------------------------------------------------------------------------------------------- Checkpoints

CREATE TABLE checkpoint (
  id INTEGER NOT NULL PRIMARY KEY,
  run TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  step INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  -- Covers the complete state: tensors, streams, counters and step.
  digest BLOB NOT NULL CHECK (length(digest) = 32),
  UNIQUE (run, step)
) STRICT;

CREATE TABLE checkpoint_tensor (
  checkpoint INTEGER NOT NULL REFERENCES checkpoint (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  tensor INTEGER NOT NULL REFERENCES tensor (id),
  PRIMARY KEY (checkpoint, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX checkpoint_tensor_tensor ON checkpoint_tensor (tensor);

-- Key and counter are the bits of unsigned numbers.
CREATE TABLE checkpoint_stream (
  checkpoint INTEGER NOT NULL REFERENCES checkpoint (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  key INTEGER NOT NULL,
  counter INTEGER NOT NULL,
  PRIMARY KEY (checkpoint, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoint_counter (
  checkpoint INTEGER NOT NULL REFERENCES checkpoint (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  value INTEGER NOT NULL,
  PRIMARY KEY (checkpoint, name)
) STRICT, WITHOUT ROWID;

-- ------------------------------------------------------------------------------------------------------------- Metrics

-- SQLite turns a REAL that is not a number into NULL, so NULL stands for NaN here.
CREATE TABLE metric (
  run TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  key TEXT NOT NULL,
  step INTEGER NOT NULL,
  value REAL,
  PRIMARY KEY (run, key, step)
) STRICT, WITHOUT ROWID;

-- The last row of each key, for listings.
CREATE TABLE latest_metric (
  run TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
  key TEXT NOT NULL,
  step INTEGER NOT NULL,
  value REAL,
  PRIMARY KEY (run, key)
) STRICT, WITHOUT ROWID;
