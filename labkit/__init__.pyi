from .checks import as_vectors as as_vectors
from .checkup import doctor as doctor
from .data.collection import Collection as Collection
from .search.hits import Hits as Hits
from .search.retriever import DenseRetriever as DenseRetriever
from .settings import threads as threads
