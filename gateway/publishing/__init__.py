"""From the registry to what replicas follow (发布): keys, objects, signatures, one publication after another."""
