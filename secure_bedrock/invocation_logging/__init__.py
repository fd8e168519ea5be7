"""Model invocation logging: where prompts and answers are recorded, and who may read them."""
