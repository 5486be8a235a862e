"""What is published (发布), as bytes: canonical, hashed, bounded; shared with the gateway, without input or output."""
