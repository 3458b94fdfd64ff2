"""An example of a tenprint plugin; the hooks stand in `tenprint_example.plugin`."""
