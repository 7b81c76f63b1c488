"""Throwaway databases on which migrations are tried."""
