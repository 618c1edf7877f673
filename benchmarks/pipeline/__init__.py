"""What the pipeline costs and how it bears load: `python -m benchmarks.pipeline --help`."""
