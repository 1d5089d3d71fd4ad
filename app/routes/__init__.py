"""One blueprint a resource: who may enter, which shape comes in and goes out."""
