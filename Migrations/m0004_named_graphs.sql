-- Graphs with a name of their own, which belong to no run, for example from an ONNX file.

CREATE TABLE named_graph (
  name TEXT NOT NULL PRIMARY KEY CHECK (length(name) > 0),
  graph INTEGER NOT NULL REFERENCES graph (id),
  created_at INTEGER NOT NULL,
  -- A JSON object: the file's name, digest, producer, documentation and metadata, and the roles of its initializers.
  details TEXT NOT NULL,
  -- Covers the graph, the details and the values of the parameters.
  digest BLOB NOT NULL CHECK (length(digest) = 32)
) STRICT, WITHOUT ROWID;
CREATE INDEX named_graph_graph ON named_graph (graph);

-- The values of the graph's parameters.
CREATE TABLE named_graph_tensor (
  name TEXT NOT NULL REFERENCES named_graph (name) ON DELETE CASCADE,
  parameter TEXT NOT NULL,
  tensor INTEGER NOT NULL REFERENCES tensor (id),
  PRIMARY KEY (name, parameter)
) STRICT, WITHOUT ROWID;
CREATE INDEX named_graph_tensor_tensor ON named_graph_tensor (tensor);
