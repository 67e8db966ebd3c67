"""The lab's real implementations: from a text or an image to a ranked list, to a number, to a picture.

Names are loaded on first use, so that `import labkit` stays fast and loads neither torch nor numba.
The public names are the ones listed in `__init__.pyi`.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
