"""Scale-out: the course's pipelines on an engine that holds more than one machine can (Qdrant).

    shape    = Shape(dims=384, prefixes=(64,), sparse=True)      which fields a document has
    engine   = connect()                                         or connect("http://…:6333"): nothing else changes
    points   = engine.create("plant", shape);  points.upload(vectors=…, sparse=…)
    pipeline = funnel([(64, 200)])                               or any tree of Nearest and Fused
    hits     = points.search(pipeline, k=10, vectors=…)          labkit's own Hits

Read in this order: `stages`, `shape`, `sparse` (the records), `compiling` (records to queries), `backend`, `client` and
`edge` (where they run), `problems` (what can go wrong on the way), `points`, `connect` and `searcher` (what a notebook calls).
"""

from labkit.search.engine.connect import Engine as Engine
from labkit.search.engine.connect import connect as connect
from labkit.search.engine.points import Points as Points
from labkit.search.engine.searcher import EngineSearcher as EngineSearcher
from labkit.search.engine.shape import Shape as Shape
from labkit.search.engine.sparse import SparseVectors as SparseVectors
from labkit.search.engine.sparse import bm25_documents as bm25_documents
from labkit.search.engine.sparse import bm25_queries as bm25_queries
from labkit.search.engine.stages import Fused as Fused
from labkit.search.engine.stages import Nearest as Nearest
from labkit.search.engine.stages import funnel as funnel
