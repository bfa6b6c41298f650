class ProviderTokenNotInitError(ValueError):
    pass
