"""The door (入口): what pages and API share: who asks, may they, and how each request is answered."""
