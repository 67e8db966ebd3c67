def pytest_collection_modifyitems(items):
    """Files with a slow test come first: begun last, one would keep a single process busy while the other waits."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
