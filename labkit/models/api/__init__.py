"""Encoders behind a vendor's API: OpenAI, Cohere, Jina, Voyage, and any server that speaks OpenAI's format.

Plain HTTP (httpx, which JupyterLab brings along) instead of the vendors' own packages. Jina has no package for this;
the other three together would add 27 packages, among them langchain and a websocket client, to send one small JSON
object whose format each vendor documents and keeps stable. One transport also means one retry rule, one place that
sees the key, and errors that read alike whoever the vendor is. That the formats are right was checked by sending the
same texts through the official packages (openai 3.57.0, cohere 7.3.1, voyageai 0.5.0) to the tests' stand-in: the
fields that both send agree, and the vectors are the same. No vendor's own server has been asked.
"""
