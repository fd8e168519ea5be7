"""Customer managed keys and the key policies that AWS services need."""
