"""Many pictures: a folder, a manifest, tar shards or arrays in, Parquet out; on one machine or a cluster."""
