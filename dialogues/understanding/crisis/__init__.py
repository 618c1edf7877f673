"""Words that may mean that somebody is in danger: rules that people who know can read and write."""
