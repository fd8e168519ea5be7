"""The resource types: what each takes, which AWS API calls it makes, and how it is read back."""
