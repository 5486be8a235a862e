"""What departments really send (报送格式): one adapter each, written as data, and how a file is recognised as one."""
