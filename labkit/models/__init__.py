"""Text or image to vectors: the catalogue of weights, the encoders, the cache of embeddings."""
