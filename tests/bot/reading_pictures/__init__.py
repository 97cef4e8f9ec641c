"""Reading pictures: the parser by itself, the worker, the whole way through the service, and figures on drawn cards."""
