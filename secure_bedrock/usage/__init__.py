"""What was used and what it costs, asked of model invocation logs: the questions, as SQL."""
