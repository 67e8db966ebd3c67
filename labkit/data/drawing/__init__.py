"""Technical drawings from a specification, the same pixels on every machine.

Read in this order: `record` (what a drawing is), `shapes` and the symbols in `piping`, `electrical` and `signs`,
`lettering`, `canvas` (ink), `render` and `scan` (specification to picture), `page` with the layouts `flow`, `circuit`
and `plan`, `captions`, `judge` and `queries`, `store` (files), `specify` and `pictures` (many at once).
"""
