"""Backup and restore (备份与恢复): a gateway in one file that either database can be made from again."""
