"""Policies, as moto reads them."""


def unlisted(value):
    """The same, where lists of one are what is in them."""
    if isinstance(value, list) and len(value) == 1:
        return unlisted(value[0])
    if isinstance(value, dict):
        return {key: item if key == "Statement" else unlisted(item) for key, item in value.items()}
    return value
