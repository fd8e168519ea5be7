"""Budgets and the brake they pull: alerts, a deny policy at the limit, anomaly detection."""
