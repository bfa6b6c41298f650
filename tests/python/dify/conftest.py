from standing import bare, dify, settings, store

__all__ = ["bare", "dify", "settings", "store"]
