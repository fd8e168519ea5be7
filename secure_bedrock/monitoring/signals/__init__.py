"""What somebody should hear of: signals from recorded calls and from invocation records."""
