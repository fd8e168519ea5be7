"""Knowledge bases, agents, flows and prompts; dedicated capacity and jobs; retention."""
