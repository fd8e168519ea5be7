"""The reference stack: every construct of the library composed into one deployable whole."""
