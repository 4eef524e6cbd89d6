"""The operators' console: members, proposals, findings and marks, over the hub's API."""
